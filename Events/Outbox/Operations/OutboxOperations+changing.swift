import EventDelivery
import FoundationEssentials
import Postgres

/// An operation that would do nothing, or that the state of things forbids. It says why.
public struct OutboxRefusal: Error, CustomStringConvertible {
    /// One line for the operator.
    public let description: String

    init(_ description: String) { self.description = description }
}

extension OutboxOperations {
    /// Changes something in one transaction; a rehearsal is rolled back and returns what would have come of it.
    func change<Result: Sendable>(
        isRehearsal: Bool,
        _ body: @Sendable (borrowing Transaction) async throws -> Result
    ) async throws -> Result {
        var options = TransactionOptions()
        // Lanes at work are waited for.
        options.statementTimeout = .seconds(60)
        do {
            return try await database.transaction(options) { tx in
                let result = try await body(tx)
                guard isRehearsal else { return result }
                throw Rehearsed(result: result)
            }
        } catch let rehearsed as Rehearsed<Result> {
            return rehearsed.result
        }
    }

    /// Ends a rehearsal: the transaction must not commit.
    private struct Rehearsed<Result: Sendable>: Error {
        let result: Result
    }

    /// Writes down who did what, why, and to what exactly, in the transaction that does it.
    static func log(
        _ verb: String,
        _ subject: String,
        by operation: Operator,
        details: some Encodable,
        in tx: borrowing Transaction
    ) throws {
        tx.send(
            """
            INSERT INTO events.ops_log (operator, verb, subject, reason, details)
            VALUES (\(operation.name), \(verb), \(subject), \(operation.reason), \(try RawJSON(encoding: details)))
            """
        )
    }

    /// Keeps lanes of these listeners from being at work until the transaction ends, so that nothing is parked behind
    /// an event while it is being let go.
    static func lockLanes(of listeners: [String], in tx: borrowing Transaction) async throws {
        try await tx.query(
            "SELECT FROM events.cursor WHERE listener = ANY (\(listeners)) ORDER BY listener, lane FOR UPDATE"
        )
    }
}
