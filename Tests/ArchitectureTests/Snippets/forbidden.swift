import EventDelivery
import Events
import Jobs
import Mail
import Postgres

extension Bells {
    var readsInMemory: VolatileReaction {
        .on(Rang.self) { _ in  // expect: to parameter expecting synchronous function type
            _ = try await database.read("SELECT 1")
        }
    }

    var writesInMemory: VolatileReaction {
        .on(Rang.self) { rang in  // expect: to parameter expecting synchronous function type
            try await database.transaction { tx in try events.record(rang.event, in: tx) }
        }
    }

    var mailsInMemory: VolatileReaction {
        .on(Rang.self) { _ in  // expect: to parameter expecting synchronous function type
            try await sendAnyhow()
        }
    }

    var wantsTransaction: VolatileReaction {
        .on(Rang.self) { rang, tx in  // expect: expects 1 argument, but 2 were used
            tx.send("SELECT 1")
        }
    }

    var recordsWithoutTransaction: VolatileReaction {
        .on(Rang.self) { rang in
            try events.record(rang.event)  // expect: missing argument for parameter 'in'
        }
    }

    var writesUnderTheWrongName: Listener {
        .volatile("bells.wrong") {
            Reaction.on(Rang.self) { _, _ in }  // expect: cannot convert value of type 'Reaction'
        }
    }

    var announcesWithoutTransaction: Reaction {
        .on(Rang.self) { rang, tx in
            try events.record(rang.event)  // expect: missing argument for parameter 'in'
        }
    }

    var makesTransaction: Reaction {
        .on(Rang.self) { rang, tx in
            try events.record(rang.event, in: Transaction())  // expect: 'Transaction' initializer is inaccessible
        }
    }

    func mails(_ message: MailMessage) -> Reaction {
        .on(Rang.self) { _, tx in
            try await mailer.send(message)  // expect: missing argument for parameter 'in'
        }
    }

    func pretendsToBeAJob(_ message: MailMessage) -> Reaction {
        .on(Rang.self) { _, tx in
            try await mailer.send(message, in: JobRun(attempt: 1))  // expect: 'JobRun' initializer is inaccessible
        }
    }

    func sendAnyhow() async throws {}
}
