/// Ends a transaction from outside, for whoever watches over a body that does not come back.
///
/// The body itself cannot be ended: it stays suspended for as long as what it waits for does, and whatever it does with
/// the transaction afterwards fails. But its connection is closed at once, so that the server rolls back and frees the
/// locks, and the pool has the place again.
public struct TransactionBreaker: Sendable {
    let connection: Connection
    let pool: TransactionPool

    /// Closes the connection. Call it on the database's loop, and only while the body is known not to have returned:
    /// afterwards the connection is somebody else's.
    public func breakOff() {
        pool.assumeIsolated { $0.forsake(connection) }
    }
}
