import AchievementEvents
import AuthEvents
import FoundationEssentials
import Identifiers
import Mail
import PaymentEvents
import StrictJSON
import Testing

@testable import Notifications
@testable import Web

@Suite(.timeLimit(.minutes(5))) struct AnnouncementTests {
    private func page(_ stage: NotificationStage) async throws -> [NotificationItem] {
        try await stage.inbox.page(of: stage.user, unreadOnly: false, Paging(limit: 100, cursor: nil)).data
    }

    @Test func `a confirmed address is welcomed in the app and by mail`() async throws {
        try await NotificationStage.run { stage in
            try await stage.announce(EmailVerified(user: stage.user))
            #expect(try await page(stage).map(\.category) == ["welcome"])
            #expect(stage.post.messages.isEmpty)
            try await stage.work()
            let message = try #require(stage.post.messages.first)
            #expect(message.to.address == "ada@family.example")
            #expect(message.to.name == "Ada")
            #expect(message.subject == "Welcome to Storytime")
            #expect(stage.post.sent == ["welcome in-app", "welcome mail"])
        }
    }

    @Test func `an account that has not confirmed its address hears nothing`() async throws {
        try await NotificationStage.run { stage in
            try await stage.announce(UserRegistered(user: stage.user))
            #expect(try await page(stage).isEmpty)
            #expect(try await stage.work() == 0)
        }
    }

    @Test func `a badge is named in words, in the app only`() async throws {
        try await NotificationStage.run { stage in
            let kid = KidID.new()
            try await stage.announce(
                BadgeEarned(kid: kid, parent: stage.user, badge: "seven-day-streak", earnedAt: Date())
            )
            let item = try #require(try await page(stage).first)
            #expect(item.category == "badge-earned")
            #expect(item.title == "New badge: Seven day streak")
            #expect(item.data == ["badge": "seven-day-streak", "kid": .string(kid.description)])
            #expect(try await stage.work() == 0)
            #expect(stage.post.sent == ["badge-earned in-app"])
        }
    }

    @Test func `a payment is receipted by mail`() async throws {
        try await NotificationStage.run { stage in
            let payment = PaymentCompleted(
                payment: UUID(),
                user: stage.user,
                plan: "starter-monthly",
                amount: 499,
                currency: "EUR"
            )
            try await stage.announce(payment)
            try await stage.work()
            let message = try #require(stage.post.messages.first)
            #expect(message.subject == "Your receipt for Starter monthly")
            for body in [message.text, try #require(message.html)] {
                #expect(body.contains("4.99 EUR"))
                #expect(body.contains(payment.payment.uuidString.lowercased()))
            }
            #expect(try await page(stage).isEmpty)
            #expect(stage.post.sent == ["payment-receipt mail"])
        }
    }

    @Test func `a failed payment is told in the app and by mail`() async throws {
        try await NotificationStage.run { stage in
            try await stage.announce(
                PaymentFailed(
                    payment: UUID(),
                    user: stage.user,
                    plan: "pro",
                    amount: 1000,
                    currency: "JPY",
                    reason: "card-declined"
                )
            )
            try await stage.work()
            #expect(try await page(stage).first?.body == "1000 JPY for Pro: your bank declined the card.")
            #expect(stage.post.messages.first?.text.contains("your bank declined the card.") == true)
            #expect(stage.post.sent == ["payment-failed in-app", "payment-failed mail"])
        }
    }

    @Test func `a replay tells nobody anything twice, even when the queue has forgotten`() async throws {
        try await NotificationStage.run { stage in
            try await stage.announce(
                EmailVerified(user: stage.user),
                BadgeEarned(kid: .new(), parent: stage.user, badge: "first-story", earnedAt: Date()),
                PaymentCompleted(payment: UUID(), user: stage.user, plan: "pro", amount: 999, currency: "EUR")
            )
            try await stage.work()
            let sent = stage.post.sent
            #expect(sent == ["badge-earned in-app", "payment-receipt mail", "welcome in-app", "welcome mail"])
            for _ in 1...2 {
                try await stage.replay()
                #expect(try await stage.work() == 0)
            }
            #expect(try await page(stage).count == 2)
            #expect(stage.post.messages.count == 2)
            #expect(stage.post.sent == sent)
        }
    }
}
