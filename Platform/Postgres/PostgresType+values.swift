public import FoundationEssentials
public import Identifiers

extension Int: PostgresCodable {
    /// `bigint`
    public static var postgresType: PostgresType { .int8 }

    /// Sends 8 bytes.
    public func encode(into encoder: inout PostgresEncoder) { encoder.append(Int64(self)) }

    /// Reads `smallint`, `integer`, `bigint` and `oid`; cast `numeric` in the statement.
    public init(postgres cell: PostgresCell) throws(PostgresMismatch) {
        switch cell.type {
        case 20: self = Int(try cell.integer(Int64.self))
        case 23: self = Int(try cell.integer(Int32.self))
        case 21: self = Int(try cell.integer(Int16.self))
        case 26: self = Int(try cell.integer(UInt32.self))
        case 1700: throw PostgresMismatch("is numeric; cast it to bigint in the statement")
        default: throw PostgresMismatch("has type oid \(cell.type), which is not an integer")
        }
    }
}

extension Bool: PostgresCodable {
    /// `boolean`
    public static var postgresType: PostgresType { .bool }

    /// Sends one byte.
    public func encode(into encoder: inout PostgresEncoder) { encoder.append(UInt8(self ? 1 : 0)) }

    /// Reads `boolean`.
    public init(postgres cell: PostgresCell) throws(PostgresMismatch) {
        try cell.expect(.bool, as: "boolean")
        self = try cell.integer(UInt8.self) != 0
    }
}

extension Double: PostgresCodable {
    /// `double precision`
    public static var postgresType: PostgresType { .float8 }

    /// Sends 8 bytes.
    public func encode(into encoder: inout PostgresEncoder) { encoder.append(bitPattern) }

    /// Reads `double precision` and `real`.
    public init(postgres cell: PostgresCell) throws(PostgresMismatch) {
        switch cell.type {
        case 701: self = Double(bitPattern: try cell.integer(UInt64.self))
        case 700: self = Double(Float(bitPattern: try cell.integer(UInt32.self)))
        case 1700: throw PostgresMismatch("is numeric; cast it to double precision in the statement")
        default: throw PostgresMismatch("has type oid \(cell.type), which is not a floating-point number")
        }
    }
}

extension String: PostgresCodable {
    /// `text`
    public static var postgresType: PostgresType { .text }

    /// Sends UTF-8. A text with NUL cannot be stored by Postgres and fails before it is sent.
    public func encode(into encoder: inout PostgresEncoder) {
        if utf8.contains(0) { encoder.fault = "a text must not contain the NUL character (U+0000)" }
        encoder.bytes.append(contentsOf: utf8)
    }

    /// Reads `text`, `varchar`, `char`, `name`, `json`, and enumerations and other types that users made of text.
    public init(postgres cell: PostgresCell) throws(PostgresMismatch) {
        if PostgresCell.textTypes.contains(cell.type) {
            self = unsafe String(decoding: cell.bytes, as: UTF8.self)
        } else if cell.type >= PostgresCell.firstUserType,
            let text = unsafe String(validating: cell.bytes, as: UTF8.self), !text.utf8.contains(0)
        {
            self = text
        } else {
            throw PostgresMismatch("has type oid \(cell.type), which is not text; cast it to text in the statement")
        }
    }
}

extension UUID: PostgresCodable {
    /// `uuid`
    public static var postgresType: PostgresType { .uuid }

    /// Sends 16 bytes.
    public func encode(into encoder: inout PostgresEncoder) {
        unsafe withUnsafeBytes(of: uuid) { unsafe encoder.bytes.append(contentsOf: $0) }
    }

    /// Reads `uuid`.
    public init(postgres cell: PostgresCell) throws(PostgresMismatch) {
        try cell.expect(.uuid, as: "uuid")
        guard unsafe cell.bytes.count == 16 else { throw PostgresMismatch("is not 16 bytes long") }
        self.init(uuid: unsafe cell.bytes.loadUnaligned(as: uuid_t.self))
    }
}

extension Identifier: PostgresCodable {
    /// `uuid`
    public static var postgresType: PostgresType { .uuid }

    /// Sends the plain UUID.
    public func encode(into encoder: inout PostgresEncoder) { rawValue.encode(into: &encoder) }

    /// Reads `uuid`.
    public init(postgres cell: PostgresCell) throws(PostgresMismatch) {
        self.init(try UUID(postgres: cell))
    }
}

extension Date: PostgresCodable {
    /// Seconds from Postgres' epoch (2000-01-01) to Foundation's (2001-01-01).
    private static let epochDistance = 366.0 * 86_400

    /// `timestamptz`
    public static var postgresType: PostgresType { .timestamptz }

    /// Sends microseconds; what is finer is rounded. A date that no calendar reaches fails before it is sent.
    public func encode(into encoder: inout PostgresEncoder) {
        let microseconds = (timeIntervalSinceReferenceDate + Self.epochDistance) * 1_000_000
        guard let whole = Int64(exactly: microseconds.rounded()) else {
            encoder.fault = "a date must be finite and within 290,000 years of now"
            return
        }
        encoder.append(whole)
    }

    /// Reads `timestamptz`. A `timestamp` has no zone and is refused.
    public init(postgres cell: PostgresCell) throws(PostgresMismatch) {
        try cell.expect(.timestamptz, as: "timestamptz")
        let microseconds = try cell.integer(Int64.self)
        guard microseconds != .max, microseconds != .min else { throw PostgresMismatch("is infinite") }
        self.init(timeIntervalSinceReferenceDate: Double(microseconds) / 1_000_000 - Self.epochDistance)
    }
}

extension Data: PostgresCodable {
    /// `bytea`
    public static var postgresType: PostgresType { .bytea }

    /// Sends the bytes.
    public func encode(into encoder: inout PostgresEncoder) { encoder.bytes.append(contentsOf: self) }

    /// Reads `bytea`.
    public init(postgres cell: PostgresCell) throws(PostgresMismatch) {
        try cell.expect(.bytea, as: "bytea")
        self = unsafe Data(cell.bytes)
    }
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    /// The raw value's type.
    public static var postgresType: PostgresType { RawValue.postgresType }

    /// Sends the raw value.
    public func encode(into encoder: inout PostgresEncoder) { rawValue.encode(into: &encoder) }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    /// Reads the raw value; one that no case stands for is an error.
    public init(postgres cell: PostgresCell) throws(PostgresMismatch) {
        let raw = try RawValue(postgres: cell)
        guard let value = Self(rawValue: raw) else { throw PostgresMismatch("has no case for this value") }
        self = value
    }
}
