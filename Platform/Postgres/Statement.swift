/// One SQL statement with its parameters.
///
/// Write it as a literal; every interpolated value becomes a bound parameter and never part of the text:
/// `"SELECT title FROM stories.story WHERE id = \(id)"`. The text alone identifies the prepared statement, so keep
/// texts few: choose between literals rather than build them.
public struct Statement: Sendable, ExpressibleByStringInterpolation {
    /// The text with `$1`, `$2` … in place of values. It carries no parameter and may be logged.
    public let sql: String
    let parameters: Parameters

    /// A statement without parameters.
    public init(stringLiteral value: String) {
        sql = value
        parameters = Parameters()
    }

    /// A statement whose interpolated values are parameters.
    public init(stringInterpolation: Interpolation) {
        sql = stringInterpolation.sql
        parameters = stringInterpolation.parameters
    }

    /// Throws when a parameter cannot be sent; nothing has gone to the server then.
    func check() throws(DatabaseError) {
        guard let fault = parameters.fault else { return }
        var error = DatabaseError(.encoding, fault)
        error.statement = sql
        throw error
    }

    /// Collects the text and the values of a literal.
    public struct Interpolation: StringInterpolationProtocol, Sendable {
        var sql: String
        var parameters = Parameters()

        /// Makes room for the literal.
        public init(literalCapacity: Int, interpolationCount: Int) {
            sql = ""
            sql.reserveCapacity(literalCapacity + interpolationCount * 3)
            parameters.reserveCapacity(interpolationCount)
        }

        /// Adds text.
        public mutating func appendLiteral(_ literal: String) { sql += literal }

        /// Adds a parameter.
        public mutating func appendInterpolation(_ value: some PostgresEncodable) {
            parameters.append(value)
            sql += "$"
            sql += String(parameters.count)
        }

        /// Adds a parameter; nil is NULL. (The compiler warns of optionals where no overload names them.)
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            parameters.append(value)
            sql += "$"
            sql += String(parameters.count)
        }

        /// Adds trusted text, such as a schema's name. Never pass what a client sent.
        public mutating func appendInterpolation(raw text: String) {
            if text.utf8.contains(0) { parameters.refuse("the text of a statement must not contain NUL (U+0000)") }
            sql += text
        }
    }
}

/// The values of one statement in Postgres' binary format, in one buffer.
struct Parameters: Sendable {
    /// One value: its type, and where it ends in the buffer.
    struct Slot: Sendable {
        let type: UInt32
        let isNull: Bool
        let end: Int
    }

    private(set) var slots: [Slot] = []
    private var encoder = PostgresEncoder()
    /// Why the statement cannot be sent, such as a NUL character in a text.
    private(set) var fault: String?

    /// The protocol counts parameters in 16 bits.
    private static let maximum = 65_535

    var count: Int { slots.count }
    var bytes: [UInt8] { encoder.bytes }

    mutating func reserveCapacity(_ count: Int) {
        guard count > 0 else { return }
        slots.reserveCapacity(count)
        encoder.bytes.reserveCapacity(count * 16)
    }

    mutating func append<Value: PostgresEncodable>(_ value: Value) {
        encoder.isNull = false
        value.encode(into: &encoder)
        slots.append(Slot(type: Value.postgresType.oid, isNull: encoder.isNull, end: encoder.bytes.count))
        if let fault = encoder.fault.take() { refuse("parameter $\(count): \(fault)") }
        if count > Self.maximum { refuse("a statement has \(Self.maximum) parameters at most; pass arrays instead") }
    }

    mutating func refuse(_ reason: String) {
        fault = fault ?? reason
    }
}
