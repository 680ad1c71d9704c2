import AuthEvents
import Foundation
import Identifiers
import Jobs
import PaymentEvents
import Postgres
import Testing

@testable import Mail
@testable import Notifications

@Suite(.timeLimit(.minutes(5))) struct MailDeliveryTests {
    @Test func `a mail that cannot be sent leaves the app alone and is tried again`() async throws {
        try await NotificationStage.run { stage in
            try await stage.announce(EmailVerified(user: stage.user))
            try await stage.work(mailer: Mailer(send: { _ in throw Outage() }))
            #expect(try await stage.jobs() == ["ready"])
            #expect(stage.post.sent == ["welcome in-app"])
            #expect(try await stage.inbox.unreadCount(of: stage.user) == 1)

            try await stage.retryNow()
            try await stage.work()
            #expect(try await stage.jobs() == ["done"])
            #expect(stage.post.messages.count == 1)
            #expect(stage.post.sent == ["welcome in-app", "welcome mail"])
        }
    }

    @Test func `a job that runs again after its mail was noted sends nothing`() async throws {
        try await NotificationStage.run { stage in
            try await stage.announce(EmailVerified(user: stage.user))
            try await stage.work()
            try await stage.database.transaction { tx in
                try await tx.execute("UPDATE jobs.job SET state = 'ready', finished_at = NULL")
            }
            #expect(try await stage.work() == 1)
            #expect(stage.post.messages.count == 1)
            #expect(stage.post.sent == ["welcome in-app", "welcome mail"])
        }
    }

    @Test func `every attempt is the same message`() async throws {
        try await NotificationStage.run { stage in
            try await stage.announce(EmailVerified(user: stage.user))
            let post = stage.post
            let losesReply = Mailer(send: { message in
                post.keep(message)
                throw Outage()
            })
            try await stage.work(mailer: losesReply)
            try await stage.retryNow()
            try await stage.work()
            let messages = stage.post.messages
            #expect(messages.count == 2)
            #expect(messages.first == messages.last)
        }
    }

    @Test func `a refusal for good is not tried again`() async throws {
        try await NotificationStage.run { stage in
            try await stage.announce(EmailVerified(user: stage.user))
            let refuses = Mailer(send: { _ in throw MailError(.permanent, reason: "no such mailbox") })
            try await stage.work(mailer: refuses)
            #expect(try await stage.jobs() == ["failed"])
        }
    }

    @Test func `an address that cannot be one is not tried again`() async throws {
        try await NotificationStage.run { stage in
            try await stage.announce(EmailVerified(user: stage.user))
            try await stage.work(contact: ContactDirectory.Contact(name: nil, address: "ada\r\n@family.example"))
            #expect(try await stage.jobs() == ["failed"])
            #expect(stage.post.messages.isEmpty)
        }
    }

    @Test func `an account that is gone gets no mail and leaves no failure`() async throws {
        try await NotificationStage.run { stage in
            try await stage.announce(EmailVerified(user: stage.user))
            try await stage.work(contact: nil)
            #expect(try await stage.jobs() == ["done"])
            #expect(stage.post.messages.isEmpty)
            #expect(stage.post.sent == ["welcome in-app"])
        }
    }

    @Test func `the job carries no personal data`() async throws {
        try await NotificationStage.run { stage in
            try await stage.announce(EmailVerified(user: stage.user))
            let rows = try await stage.database.read("SELECT payload::text AS payload FROM jobs.job")
            let payload: String = try rows[0]["payload"]
            #expect(payload.contains(stage.user.description))
            #expect(!payload.contains("@"))
        }
    }

    @Test func `the directory mailer writes one file a job`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "storytime-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await NotificationStage.run { stage in
            try await stage.announce(EmailVerified(user: stage.user))
            let sender = try MailAddress("hello@storytime.example")
            try await stage.work(mailer: .directory(folder.path(percentEncoded: false), from: sender))
            let id: UUID = try await stage.database.read("SELECT id FROM jobs.job")[0]["id"]
            let file = folder.appending(path: "\(id.uuidString.lowercased()).eml")
            let message = try String(contentsOf: file, encoding: .utf8)
            #expect(message.contains("Message-ID: <\(id.uuidString.lowercased())@storytime.example>"))
        }
    }
}
