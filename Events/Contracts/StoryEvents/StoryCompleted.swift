public import Events
public import FoundationEssentials
public import Identifiers

/// A child finished a story for the first time. Reading it again announces nothing.
public struct StoryCompleted: DomainEvent, Hashable {
    /// The stored name.
    public static let name: EventName = "stories.story-completed"

    /// The story.
    public let story: StoryID
    /// The child.
    public let kid: KidID
    /// The family's account.
    public let parent: UserID
    /// The story's category, by slug.
    public let category: String
    /// How long the child has read it, in seconds.
    public let seconds: Int
    /// When it was finished.
    public let completedAt: Date

    /// What it stays in order with.
    public var key: OrderingKey { OrderingKey("kid", kid) }

    /// States the fact.
    public init(
        story: StoryID,
        kid: KidID,
        parent: UserID,
        category: String,
        seconds: Int,
        completedAt: Date
    ) {
        self.story = story
        self.kid = kid
        self.parent = parent
        self.category = category
        self.seconds = seconds
        self.completedAt = completedAt
    }
}
