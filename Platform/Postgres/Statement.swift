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

    /// Collects the text and the values of a literal.
    public struct Interpolation: StringInterpolationProtocol, Sendable {
        var sql: String
        var parameters = Parameters()

        /// Makes room for the literal.
        public init(literalCapacity: Int, interpolationCount: Int) {
            sql = ""
            sql.reserveCapacity(literalCapacity + interpolationCount * 3)
        }

        /// Adds text.
        public mutating func appendLiteral(_ literal: String) { sql += literal }

        /// Adds a parameter.
        public mutating func appendInterpolation(_ value: some PostgresEncodable) {
            parameters.append(value)
            sql += "$\(parameters.count)"
        }

        /// Adds a parameter that may be NULL.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            parameters.append(value)
            sql += "$\(parameters.count)"
        }

        /// Adds trusted text, such as a schema's name. Never pass what a client sent.
        public mutating func appendInterpolation(raw text: String) { sql += text }
    }
}

/// The values of one statement in Postgres' binary format, in one buffer.
struct Parameters: Sendable {
    private(set) var types: [UInt32] = []
    private(set) var bytes: [UInt8] = []
    /// Where each value ends in `bytes`, and whether it is NULL.
    private(set) var ends: [Int] = []
    private(set) var nulls: [Bool] = []
    /// Why a value cannot be sent, such as a NUL character in a text.
    private(set) var fault: String?

    var count: Int { types.count }

    mutating func append<Value: PostgresEncodable>(_ value: Value?) {
        types.append(Value.postgresType.oid)
        nulls.append(value == nil)
        if let value {
            var encoder = PostgresEncoder(bytes: bytes)
            bytes = []
            value.encode(into: &encoder)
            bytes = encoder.bytes
            if let fault = encoder.fault { self.fault = "parameter $\(count): \(fault)" }
        }
        ends.append(bytes.count)
    }
}
