import EventFaults
import Postgres
import Testing

/// A way to get it wrong that the checker has to notice.
enum Mistake: String, CaseIterable, CustomTestStringConvertible {
    case serialCursor = "a cursor over a serial"
    case transactionNumberCursor = "a cursor over transaction numbers"
    case cursorOutside = "a cursor outside of the transaction"
    case secondTransaction = "an event recorded in a second transaction"

    var testDescription: String { rawValue }

    func candidate(_ database: Database) async throws -> any Candidate {
        switch self {
        case .serialCursor: try await NaiveReader(.serial, database)
        case .transactionNumberCursor: try await NaiveReader(.transactionNumber, database)
        case .cursorOutside: try await CursorOutside(database)
        case .secondTransaction: SecondTransaction(database)
        }
    }

    /// The properties that rolled schedules have to find broken.
    var breaks: Set<String> {
        switch self {
        case .serialCursor, .secondTransaction: ["no event is lost"]
        case .transactionNumberCursor: ["no key is inverted", "none is held up"]
        case .cursorOutside: ["no effect is doubled"]
        }
    }

    /// Where the search for it begins. A serial number needs two commits in the wrong order with a delivery between them:
    /// most of the time would go into the hundreds of schedules that do not have that.
    var firstSeed: UInt64 { self == .serialCursor ? 350 : 1 }

    /// Promises of the conformance suite that it cannot keep.
    var brokenPromises: Set<String> {
        switch self {
        case .serialCursor: ["a late commit is not lost"]
        case .transactionNumberCursor:
            ["an open transaction holds nobody up", "an early transaction number does not invert a key"]
        case .cursorOutside: ["a crash after COMMIT doubles nothing", "two processes do not handle one batch"]
        case .secondTransaction: ["who dies after COMMIT has announced"]
        }
    }
}
