import Identifiers

/// A child of a family that the caller is known to belong to.
struct Reader: Sendable {
    let kid: KidID
    let parent: UserID
    let timeZone: String
}
