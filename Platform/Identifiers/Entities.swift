/// Tags of the entities that more than one module speaks of. A module's private entities are tagged by its own types.
public enum Entities {
    /// An account: the parent (or an administrator).
    public enum User {}
    /// A child's profile.
    public enum Kid {}
    /// A story of the catalogue.
    public enum Story {}
}

/// Names an account.
public typealias UserID = Identifier<Entities.User>
/// Names a child's profile.
public typealias KidID = Identifier<Entities.Kid>
/// Names a story.
public typealias StoryID = Identifier<Entities.Story>
