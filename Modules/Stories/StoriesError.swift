import FoundationEssentials

/// Why something about stories was refused.
enum StoriesError: Error, Hashable {
    /// There is no such story, or it was taken out of the catalogue.
    case noSuchStory
    /// There is no such child, or it is another family's.
    case noSuchKid
    /// The family has begun as many stories today as its plan allows.
    case allowanceUsedUp(limit: Int, resetsAt: Date, secondsUntilReset: Int)
}
