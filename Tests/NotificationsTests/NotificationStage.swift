import EventDelivery
import EventOutbox
import Events
import FoundationEssentials
import Identifiers
import Jobs
import Logging
import Mail
import NotificationEvents
import Postgres
import Synchronization
import TestSupport

@testable import Notifications

/// The module in a migrated database, with a post office that tests look into.
struct NotificationStage {
    let database: Database
    let outbox: Outbox
    let queue = JobQueue()
    let post = PostOffice()
    let user = UserID.new()

    static func run(_ body: (NotificationStage) async throws -> Void) async throws {
        try await withMigratedDatabase { database in
            let stage = NotificationStage(database: database, outbox: Outbox(database))
            // Listeners that begin with the next event have to be known before it.
            try await stage.listen()
            try await body(stage)
        }
    }

    var inbox: InboxService { InboxService(database: database) }

    func module(mailer: Mailer? = nil, contact: ContactDirectory.Contact? = .ada) -> NotificationsModule {
        NotificationsModule(
            database: database,
            events: outbox.recorder,
            jobs: queue,
            mailer: mailer ?? post.mailer,
            contacts: ContactDirectory { [user] in $0 == user ? contact : nil },
            logger: .silent
        )
    }

    func announce(_ events: any DomainEvent...) async throws {
        try await database.transaction { tx in
            for event in events { try outbox.recorder.record(event, in: tx) }
        }
        try await listen()
    }

    /// Brings events to the module's listeners, and what those announce to the post office's.
    func listen() async throws {
        let listeners = module().listeners + [post.listener]
        _ = try await OutboxDelivery(outbox, listeners: listeners, logger: .silent).drain()
    }

    /// Lets every listener hear everything again, after the queue has forgotten what it did.
    func replay() async throws {
        try await database.transaction { tx in
            try await tx.execute("DELETE FROM jobs.job")
            try await tx.execute("UPDATE events.cursor SET position = 0 WHERE listener LIKE 'notifications.%'")
        }
        try await listen()
    }

    /// Does the mail jobs that are due.
    @discardableResult
    func work(mailer: Mailer? = nil, contact: ContactDirectory.Contact? = .ada) async throws -> Int {
        let handlers = module(mailer: mailer, contact: contact).jobs
        let worker = JobWorker(queue: queue, database: database, handlers: handlers, logger: .silent)
        let attempts = try await worker.drain()
        try await listen()
        return attempts
    }

    func jobs() async throws -> [String] {
        try await database.read("SELECT state FROM jobs.job ORDER BY id").map { try $0["state"] }
    }

    func retryNow() async throws {
        try await database.transaction { tx in try await tx.execute("UPDATE jobs.job SET run_at = now()") }
    }
}

/// Keeps what was sent, and hears what was announced about it.
final class PostOffice: Sendable {
    private let state = Mutex((messages: [MailMessage](), sent: [NotificationSent]()))

    var messages: [MailMessage] { state.withLock { $0.messages } }
    /// `category channel` of every `NotificationSent`, sorted.
    var sent: [String] { state.withLock { $0.sent.map { "\($0.category) \($0.channel)" } }.sorted() }

    var mailer: Mailer {
        Mailer(send: keep)
    }

    @Sendable func keep(_ message: MailMessage) { state.withLock { $0.messages.append(message) } }

    var listener: Listener {
        .transactional("tests.post-office", from: .beginning) {
            Reaction.on(NotificationSent.self) { delivered, _ in
                self.state.withLock { $0.sent.append(delivered.event) }
            }
        }
    }
}

extension ContactDirectory.Contact {
    static let ada = ContactDirectory.Contact(name: "Ada", address: "ada@family.example")
}

extension Logger {
    static var silent: Logger { Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() } }
}

struct Outage: Error {}
