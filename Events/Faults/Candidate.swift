public import Postgres

/// A way of bringing events from the transactions that record them to a listener: what the kit puts to the test.
///
/// The outbox is one, ``OutboxCandidate``; another store, or a mistake, is another.
public protocol Candidate: Sendable {
    /// The listeners that have to see every mark. One, unless they hear each other.
    var listeners: [String] { get }
    /// Records a mark in the transaction that makes it true.
    func record(_ mark: Mark, in tx: borrowing Transaction) async throws
    /// The transaction that recorded these has committed, and its process lives.
    func committed(_ marks: [Mark]) async throws
    /// Starts a process that delivers to the trial's witnesses. It shares nothing with others but the database.
    func start(_ trial: Trial) async throws -> any CandidateNode
    /// The time has come for whatever was to be tried again later.
    func retryNow() async throws
    /// What is still to be done for a trial that ought to be over, a line each.
    func remains(of trial: Trial) async throws -> [String]
    /// Takes away what a trial leaves behind.
    func forget(_ trial: Trial) async throws
}

/// One process of a candidate. Whoever has no such step does nothing in it.
public protocol CandidateNode: Sendable {
    /// Puts what is committed in order.
    func place() async throws
    /// Tells those who deliver what is new.
    func wake() async throws
    /// Tells those who deliver that there may be something new.
    func wakeAll() async throws
    /// Delivers some events, in one transaction or a few; false when there are none.
    func deliver() async throws -> Bool
    /// Does what is done now and then.
    func tidy() async throws
    /// Delivers everything there is.
    func drain() async throws
}

extension Candidate {
    /// One.
    public var listeners: [String] { ["witness"] }
    /// Nothing.
    public func committed(_ marks: [Mark]) async throws {}
    /// Nothing.
    public func retryNow() async throws {}
    /// Nothing.
    public func remains(of trial: Trial) async throws -> [String] { [] }
    /// Nothing.
    public func forget(_ trial: Trial) async throws {}
}

extension CandidateNode {
    /// Nothing.
    public func place() async throws {}
    /// Nothing.
    public func wake() async throws {}
    /// Nothing.
    public func wakeAll() async throws {}
    /// Nothing.
    public func tidy() async throws {}
    /// Places and delivers until nothing is left.
    public func drain() async throws {
        try await place()
        try await wake()
        while try await deliver() {}
    }
}
