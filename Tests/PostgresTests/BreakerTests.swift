import Postgres
import Reactor
import Synchronization
import TestSupport
import Testing

/// A transaction whose body does not come back is ended from outside.
@Suite(.timeLimit(.minutes(1))) struct BreakerTests {
    @Test func `its locks are free and its place in the pool is, too`() async throws {
        try await withDatabase(configure: { $0.poolMaximum = 1 }) { database in
            try await database.transaction { tx in
                tx.send("CREATE TABLE thing (id bigint PRIMARY KEY)")
                tx.send("INSERT INTO thing VALUES (1)")
            }
            let (entered, leave) = (Latch(1), Latch(1))
            let breaker = Mutex<TransactionBreaker?>(nil)
            let hanging = Task {
                try await database.transaction { tx in
                    try await tx.query("SELECT FROM thing FOR UPDATE")
                    breaker.withLock { [lent = tx.breaker] in $0 = lent }
                    entered.arrive()
                    await leave.wait()
                    try await tx.execute("DELETE FROM thing")
                }
            }
            await entered.wait()
            let broken = Latch(1)
            database.loop.schedule(after: .zero) {
                breaker.withLock { $0 }?.breakOff()
                breaker.withLock { $0 }?.breakOff()
                broken.arrive()
            }
            await broken.wait()
            #expect(await database.poolNumbers.used == 0)
            // The server may take a moment to see that the connection is gone.
            try await database.transaction(TransactionOptions(statementTimeout: .seconds(30))) { tx in
                try await tx.query("SELECT FROM thing FOR UPDATE")
            }

            leave.arrive()
            await #expect(throws: DatabaseError.self) { try await hanging.value }
            #expect(await database.poolNumbers.used == 0)
            let left = try await database.transaction { tx in try await tx.query("SELECT FROM thing").count }
            #expect(left == 1)
        }
    }
}
