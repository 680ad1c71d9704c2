import EventDelivery
import Events
import Jobs
import Mail
import Postgres
import Synchronization

struct Rang: DomainEvent {
    static let name: EventName = "bells.rang"
    let bell: String
    var key: OrderingKey { OrderingKey("bell", bell) }
}

struct Tune: JobPayload {
    static let kind = "bells.tune"
    let bell: String
}

struct Bells: Sendable {
    let database: Database
    let events: EventRecorder
    let jobs: JobQueue
    let mailer: Mailer
    let memory: Memory

    var listeners: [Listener] {
        [
            .transactional("bells.count") {
                Reaction.on(Rang.self) { rang, tx in
                    try await tx.execute("UPDATE bells.bell SET count = count + 1 WHERE name = \(rang.event.bell)")
                    try events.record(rang.event, in: tx)
                    try jobs.enqueue(Tune(bell: rang.event.bell), in: tx)
                }
            },
            .volatile("bells.remember") {
                VolatileReaction.on(Rang.self) { rang in memory.last.withLock { $0 = rang.event.bell } }
            },
        ]
    }

    func write(_ message: MailMessage) -> JobHandler {
        .on(Tune.self) { _, run in try await mailer.send(message, in: run) }
    }
}

final class Memory: Sendable {
    let last = Mutex("")
}
