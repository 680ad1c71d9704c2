public import StrictJSON

/// A fact that a module announces. It carries identifiers and numbers, never personal data.
///
/// Its payload is what `Codable` makes of it and is stored for good: a change of shape needs a new `version` and an
/// `upcast` from the old one. Golden files fail the tests when one is forgotten.
public protocol DomainEvent: Codable, Sendable {
    /// The stored name.
    static var name: EventName { get }
    /// The version of the payload's shape; 1 unless it changed.
    static var version: Int { get }
    /// What the event is about, and so what it stays in order with.
    var key: OrderingKey { get }
    /// Lifts a payload by one version, from the one given to the next.
    static func upcast(_ payload: JSON, from version: Int) throws -> JSON
}

extension DomainEvent {
    /// The first version.
    public static var version: Int { 1 }

    /// There is no older version.
    public static func upcast(_ payload: JSON, from version: Int) throws -> JSON {
        throw UndecodableEvent(name: name, version: version, reason: "no upcast from version \(version)")
    }
}

/// A stored payload that this build cannot read. Trying again does not help, unless a newer build does it.
public struct UndecodableEvent: Error, CustomStringConvertible {
    /// The stored name.
    public let name: EventName
    /// The stored version.
    public let version: Int
    /// What is wrong.
    public let reason: String
    /// True when a newer build wrote it, which may be about to replace this one.
    public let isFromTheFuture: Bool

    /// Names the event and the fault.
    public init(name: EventName, version: Int, reason: String, isFromTheFuture: Bool = false) {
        self.name = name
        self.version = version
        self.reason = reason
        self.isFromTheFuture = isFromTheFuture
    }

    /// One line for the operator.
    public var description: String { "\(name) version \(version) cannot be decoded: \(reason)" }
}
