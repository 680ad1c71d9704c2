public import Identifiers

/// Answers whose child a child is.
///
/// App fills it from the module that keeps families.
public struct KidDirectory: Sendable {
    /// What reading needs to know of a family.
    public struct Family: Sendable, Hashable {
        /// Its time zone, an IANA name; the daily allowance starts anew at its midnight.
        public let timeZone: String

        /// A family that lives in this time zone.
        public init(timeZone: String) { self.timeZone = timeZone }
    }

    private let lookUp: @Sendable (KidID, UserID) async throws -> Family?

    /// A directory that asks this closure.
    public init(family: @escaping @Sendable (_ kid: KidID, _ parent: UserID) async throws -> Family?) {
        lookUp = family
    }

    /// The child's family; nil when there is no such child or it is not this parent's.
    public func family(of kid: KidID, for parent: UserID) async throws -> Family? { try await lookUp(kid, parent) }
}
