public import FoundationEssentials

/// Names one entity of one kind, so that a kid's identifier cannot be passed where a story's is wanted.
///
/// On the wire and in Postgres it is a plain UUID. `Entity` is only a tag and is never stored.
public struct Identifier<Entity>: Hashable, Sendable {
    /// The identifier itself.
    public let rawValue: UUID

    /// Adopts an identifier that came from storage or from the wire.
    public init(_ rawValue: UUID) { self.rawValue = rawValue }

    /// A fresh identifier, ordered by the time it was made (UUIDv7).
    public static func new() -> Self { Self(.v7()) }
}

extension Identifier: Codable {
    /// Reads the form that ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(UUID.self)
    }

    /// Writes the canonical form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Identifier: LosslessStringConvertible {
    /// Reads the canonical 36-character form of RFC 9562; nil for anything else.
    public init?(_ description: String) {
        guard let value = UUID(canonical: description) else { return nil }
        rawValue = value
    }

    /// The canonical form in lower case, as RFC 9562 asks for on output.
    public var description: String { rawValue.canonical }
}
