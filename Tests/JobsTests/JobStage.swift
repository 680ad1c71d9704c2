import FoundationEssentials
import Identifiers
import Logging
import Postgres
import Synchronization
import TestSupport

@testable import Jobs

/// The job of these tests: says something.
struct Say: JobPayload, Equatable {
    static let kind = "tests.say"
    static let policy = JobPolicy(attempts: 3, timeout: .seconds(30))
    let word: String
}

/// A job that no worker of these tests does.
struct Whisper: JobPayload {
    static let kind = "tests.whisper"
}

struct Hiccup: Error {}

/// A migrated database with a queue, and ways to look into it and to move its time.
struct JobStage {
    let database: Database
    let queue = JobQueue()

    static func run(_ body: (JobStage) async throws -> Void) async throws {
        try await withMigratedDatabase { try await body(JobStage(database: $0)) }
    }

    @discardableResult
    func enqueue(
        _ word: String = "hello",
        id: UUID = .v7(),
        priority: JobPriority = .normal,
        notBefore: Date? = nil
    ) async throws -> UUID {
        try await database.transaction { tx in
            try queue.enqueue(Say(word: word), id: id, priority: priority, notBefore: notBefore, in: tx)
        }
        return id
    }

    func worker(
        configuration: JobConfiguration = JobConfiguration(),
        logger: Logger = .silent,
        _ perform: @escaping @Sendable (Say, JobRun) async throws -> Void = { _, _ in }
    ) -> JobWorker {
        JobWorker(
            queue: queue,
            database: database,
            handlers: [.on(Say.self, perform: perform)],
            configuration: configuration,
            logger: logger
        )
    }

    /// A worker's view of the table under a name of its own.
    func store() -> JobStore {
        JobStore(database: database, boot: UUID(), handlers: [.on(Say.self) { _, _ in }])
    }

    func job(_ id: UUID) async throws -> JobRow? {
        let rows = try await database.read(
            """
            SELECT state, attempts, progress, error_type, error,
                   extract(epoch FROM run_at - now())::float8 AS due_in
            FROM jobs.job WHERE id = \(id)
            """
        )
        return try rows.first.map { try JobRow($0) }
    }

    /// Lets time pass for every job.
    func pass(_ seconds: Int) async throws {
        try await database.transaction { tx in
            try await tx.execute(
                """
                UPDATE jobs.job SET run_at = run_at - make_interval(secs => \(Double(seconds))),
                    heartbeat_at = heartbeat_at - make_interval(secs => \(Double(seconds))),
                    created_at = created_at - make_interval(secs => \(Double(seconds))),
                    finished_at = finished_at - make_interval(secs => \(Double(seconds)))
                """
            )
        }
    }
}

struct JobRow: Sendable {
    let state: String
    let attempts: Int
    let progress: Int
    let errorType: String?
    let error: String?
    let dueIn: Double

    init(_ row: Row) throws {
        state = try row["state"]
        attempts = try row["attempts"]
        progress = try row["progress"]
        errorType = try row["error_type"]
        error = try row["error"]
        dueIn = try row["due_in"]
    }
}

/// Collects what handlers of several tasks have seen.
final class Seen<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])
    var all: [Element] { elements.withLock { $0 } }
    func append(_ element: Element) { elements.withLock { $0.append(element) } }
}

extension Logger {
    static var silent: Logger { Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() } }
}
