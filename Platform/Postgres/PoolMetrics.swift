import Metrics

/// What the pool counts as it happens. How full it is, is asked of ``Database/poolNumbers``.
struct PoolMetrics: Sendable {
    /// Until a transaction has its connection.
    let waitTime = Timer(label: "db.client.connection.wait_time", dimensions: Self.pool)
    /// Between handing a connection out and taking it back.
    let useTime = Timer(label: "db.client.connection.use_time", dimensions: Self.pool)
    /// Until a connection is open.
    let createTime = Timer(label: "db.client.connection.create_time", dimensions: Self.pool)
    /// Transactions that got none in time.
    let timeouts = Counter(label: "db.client.connection.timeouts", dimensions: Self.pool)

    private static let pool = [("db.client.connection.pool.name", "write")]
}
