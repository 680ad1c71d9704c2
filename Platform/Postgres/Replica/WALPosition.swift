/// A place in the write-ahead log (`pg_lsn`). A server that has replayed it shows everything that was written before.
public struct WALPosition: Sendable, Hashable, Comparable {
    /// Bytes since the cluster's beginning.
    public let offset: UInt64

    init(_ offset: UInt64) { self.offset = offset }

    /// Whether it comes earlier.
    public static func < (left: WALPosition, right: WALPosition) -> Bool { left.offset < right.offset }
}

extension WALPosition: PostgresDecodable {
    /// Reads `pg_lsn`.
    public init(postgres cell: PostgresCell) throws(PostgresMismatch) {
        try cell.expect(PostgresType(oid: 3220, arrayOID: 3221), as: "pg_lsn")
        offset = try cell.integer(UInt64.self)
    }
}
