public import Identifiers

/// Answers whether a child belongs to a parent.
///
/// App fills it from the module that keeps families.
public struct KidOwnership: Sendable {
    private let ask: @Sendable (KidID, UserID) async throws -> Bool

    /// An answer by this closure.
    public init(owns: @escaping @Sendable (_ kid: KidID, _ parent: UserID) async throws -> Bool) { ask = owns }

    /// True when there is such a child and it is this parent's.
    public func owns(_ kid: KidID, parent: UserID) async throws -> Bool { try await ask(kid, parent) }
}
