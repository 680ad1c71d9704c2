/// A type of the server, by its fixed object identifier (`pg_type.dat`).
public struct PostgresType: Sendable, Hashable {
    /// `pg_type.oid`.
    public let oid: UInt32
    /// The oid of the type of its arrays.
    public let arrayOID: UInt32

    /// `boolean`
    public static let bool = PostgresType(oid: 16, arrayOID: 1000)
    /// `bytea`
    public static let bytea = PostgresType(oid: 17, arrayOID: 1001)
    /// `bigint`
    public static let int8 = PostgresType(oid: 20, arrayOID: 1016)
    /// `text`
    public static let text = PostgresType(oid: 25, arrayOID: 1009)
    /// `double precision`
    public static let float8 = PostgresType(oid: 701, arrayOID: 1022)
    /// `timestamptz`
    public static let timestamptz = PostgresType(oid: 1184, arrayOID: 1185)
    /// `uuid`
    public static let uuid = PostgresType(oid: 2950, arrayOID: 2951)
    /// `jsonb`
    public static let jsonb = PostgresType(oid: 3802, arrayOID: 3807)
}

/// A value that can be a parameter. It is sent in binary, with its type, so that the server never guesses.
public protocol PostgresEncodable: Sendable {
    /// The type under which the value is sent.
    static var postgresType: PostgresType { get }
    /// Appends the value in the type's binary format.
    func encode(into encoder: inout PostgresEncoder)
}

/// A value that can be read from a column.
public protocol PostgresDecodable: Sendable {
    /// Reads the column's value.
    init(postgres cell: PostgresCell) throws(PostgresMismatch)
    /// What SQL's NULL becomes. Only optionals accept it.
    static func fromNull() throws(PostgresMismatch) -> Self
}

/// A value that goes both ways.
public typealias PostgresCodable = PostgresDecodable & PostgresEncodable

extension PostgresDecodable {
    /// Refuses NULL: the column wants an optional.
    public static func fromNull() throws(PostgresMismatch) -> Self {
        throw PostgresMismatch("is NULL; read it as \(Self.self)? or rule NULL out")
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    /// Reads the column's value.
    public init(postgres cell: PostgresCell) throws(PostgresMismatch) {
        self = .some(try Wrapped(postgres: cell))
    }

    /// NULL is nil.
    public static func fromNull() -> Wrapped? { nil }
}

/// Why a column could not be read as the type that was asked for.
public struct PostgresMismatch: Error, Sendable {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    /// The type of the value, were it there.
    public static var postgresType: PostgresType { Wrapped.postgresType }

    /// Sends the value, or NULL for nil.
    public func encode(into encoder: inout PostgresEncoder) {
        if let self { self.encode(into: &encoder) } else { encoder.isNull = true }
    }
}

/// Receives one value's bytes in network order.
public struct PostgresEncoder: Sendable {
    var bytes: [UInt8] = []
    /// Set when the value is NULL, which has no bytes.
    var isNull = false
    /// Set when the value cannot be sent, with the reason.
    var fault: String?

    mutating func append(_ value: some FixedWidthInteger) {
        let big = value.bigEndian
        unsafe withUnsafeBytes(of: big) { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func replace(at offset: Int, with value: Int32) {
        let bits = UInt32(bitPattern: value)
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: bits >> UInt32(24 - 8 * index)) }
    }
}

/// One column of one row, valid while its row is read.
@safe public struct PostgresCell {
    let type: UInt32
    let bytes: UnsafeRawBufferPointer

    func integer<Number: FixedWidthInteger>(_: Number.Type, at offset: Int = 0) throws(PostgresMismatch) -> Number {
        guard unsafe offset + MemoryLayout<Number>.size <= bytes.count else {
            throw PostgresMismatch("is shorter than its type")
        }
        return unsafe Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    /// Types that are one plain value: neither arrays nor text.
    static let plainTypes: Set<UInt32> = [
        16, 17, 20, 21, 23, 26, 700, 701, 1082, 1083, 1114, 1184, 1186, 1266, 1700, 2950, 3802,
    ]
    /// Built-in types whose binary format is their text.
    static let textTypes: Set<UInt32> = [18, 19, 25, 114, 705, 1042, 1043]
    /// Where the types that users make begin (`FirstNormalObjectId`).
    static let firstUserType: UInt32 = 16_384

    func expect(_ wanted: PostgresType, as name: String) throws(PostgresMismatch) {
        guard type == wanted.oid else { throw PostgresMismatch("has type oid \(type), which is not \(name)") }
    }
}
