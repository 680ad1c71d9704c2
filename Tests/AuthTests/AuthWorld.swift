import EventDelivery
import EventOutbox
import FoundationEssentials
import Jobs
import Logging
import Mail
import Postgres
import Synchronization
import TestSupport
import Web

@testable import Auth

/// Auth on a migrated database of its own, with a clock that stands still, and with mails that are kept.
struct AuthWorld: Sendable {
    let database: Database
    let clock: TestClock
    let mailbox: Mailbox
    let hashings: Counter
    let module: AuthModule

    static func run(
        configure: (inout AuthConfiguration) -> Void = { _ in },
        _ body: (AuthWorld) async throws -> Void
    ) async throws {
        try await withMigratedDatabase { database in
            try await body(AuthWorld(database, configure: configure))
        }
    }

    init(
        _ database: Database,
        clock: TestClock = TestClock(),
        configure: (inout AuthConfiguration) -> Void = { _ in }
    ) {
        var configuration = AuthConfiguration(publicURL: "https://storytime.example")
        configuration.hashing = HashingCost(memory: 64, passes: 1)
        configuration.now = { clock.now }
        configure(&configuration)
        let (mailbox, hashings) = (Mailbox(), Counter())
        let lanes = HashingLanes(count: 2, backlog: 100)
        self.database = database
        self.clock = clock
        self.mailbox = mailbox
        self.hashings = hashings
        module = AuthModule(
            database: database,
            events: Outbox(database).recorder,
            jobs: JobQueue(),
            mailer: Mailer { mailbox.keep($0) },
            configuration: configuration,
            hasher: .argon2(configuration.hashing, on: lanes).counted(by: hashings)
        )
    }

    /// A second node on the same database.
    func anotherNode(configure: (inout AuthConfiguration) -> Void = { _ in }) -> AuthWorld {
        AuthWorld(database, clock: clock, configure: configure)
    }
}

/// A clock that moves only when it is told to.
///
/// It stands at a whole second.
final class TestClock: Sendable {
    private let moment = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

    var now: Date { moment.withLock { $0 } }

    func advance(by seconds: Double) { moment.withLock { $0 += seconds } }
}

/// Keeps what would have been sent.
final class Mailbox: Sendable {
    private let messages = Mutex<[MailMessage]>([])

    var all: [MailMessage] { messages.withLock { $0 } }

    func keep(_ message: MailMessage) { messages.withLock { $0.append(message) } }
}

/// Counts.
final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func increment() { count.withLock { $0 += 1 } }
}

extension PasswordHasher {
    /// The same, with every use of Argon2 counted.
    func counted(by counter: Counter) -> PasswordHasher {
        PasswordHasher(
            hash: { password in
                counter.increment()
                return try await hash(password)
            },
            verify: { password, stored in
                counter.increment()
                return try await verify(password, stored)
            },
            isOutdated: isOutdated
        )
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() } }
}
