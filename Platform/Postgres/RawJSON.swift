import FoundationEssentials

/// A JSON document as bytes, stored as `jsonb`. Nothing is parsed on the way through.
public struct RawJSON: Sendable, Hashable {
    /// UTF-8 text of the document.
    public let utf8: [UInt8]

    /// Adopts a text that is JSON already; Postgres refuses anything else.
    public init(utf8: [UInt8]) { self.utf8 = utf8 }

    /// Encodes a value, dates as RFC 3339.
    public init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        utf8 = Array(try encoder.encode(value))
    }

    /// Decodes the document, dates from RFC 3339.
    public func decode<Value: Decodable>(_: Value.Type = Value.self) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(Value.self, from: Data(utf8))
    }
}

extension RawJSON: PostgresCodable {
    /// `jsonb`
    public static var postgresType: PostgresType { .jsonb }

    /// Sends version 1 of `jsonb`'s binary format: a version byte and the text.
    public func encode(into encoder: inout PostgresEncoder) {
        if utf8.contains(0) { encoder.fault = "a JSON text must not contain the NUL byte" }
        encoder.bytes.append(1)
        encoder.bytes.append(contentsOf: utf8)
    }

    /// Reads `jsonb` and `json`.
    public init(postgres cell: PostgresCell) throws(PostgresMismatch) {
        switch cell.type {
        case 3802: utf8 = unsafe Array(cell.bytes.dropFirst())
        case 114: utf8 = unsafe Array(cell.bytes)
        default: throw PostgresMismatch("has type oid \(cell.type), which is not JSON")
        }
    }
}
