import EventOutbox
import Identifiers
import Postgres
import StrictJSON
import Subscriptions
import Synchronization
import TestSupport
import Testing

@testable import Payments

@Suite(.timeLimit(.minutes(5))) struct AtomicityTests {
    let user = UserID.new()

    @Test func `a charge is undone when the activation fails, and the key is free again`() async throws {
        let fails = Mutex(true)
        let activating: @Sendable () async throws -> Void = {
            if fails.withLock({ $0 }) { throw Crash() }
        }
        try await Stage.run(activating: activating) { stage async throws in
            #expect(try await stage.pay(as: user, key: "k").status == 500)
            #expect(try await stage.traces().isEmpty)
            fails.withLock { $0 = false }
            #expect(try await stage.pay(as: user, key: "k").status == 201)
        }
    }

    @Test func `nothing is activated when the charge fails`() async throws {
        let gateway = PaymentGateway(name: "broken", recognizes: { _ in true }, charge: { _, _ in throw Crash() })
        try await Stage.run(gateway: gateway) { stage async throws in
            #expect(try await stage.pay(as: user, key: "k").status == 500)
            #expect(try await stage.traces().isEmpty)
        }
    }

    @Test func `an activation is undone when the books refuse the charge at the commit`() async throws {
        try await Stage.run { stage in
            try await stage.database.transaction { tx in
                try await tx.query(
                    "ALTER TABLE payments.sandbox_entry ADD CHECK (amount < 1000)"
                )
            }
            #expect(try await stage.pay("starter", "yearly", as: user, key: "k").status == 500)
            #expect(try await stage.traces().isEmpty)
        }
    }

    @Test func `a connection that dies in the middle leaves nothing`() async throws {
        let (reached, reach) = AsyncStream<Void>.makeStream()
        let (opened, open) = AsyncStream<Void>.makeStream()
        let first = Mutex(true)
        let hold: @Sendable () async throws -> Void = {
            guard
                first.withLock({ value in
                    defer { value = false }; return value
                })
            else { return }
            reach.yield()
            for await _ in opened { break }
        }
        try await Stage.run(activating: hold) { stage in
            async let dying = stage.pay(as: user, key: "k")
            for await _ in reached { break }
            _ = try await stage.database.read(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND state = 'idle in transaction'
                """
            )
            open.yield()
            #expect(try await dying.status >= 500)
            #expect(try await stage.traces().isEmpty)
            #expect(try await stage.pay(as: user, key: "k").status == 201)
        }
    }

    @Test func `with the real subscriptions a payment moves the account and a refusal does not`() async throws {
        try await withMigratedDatabase { database in
            let recorder = Outbox(database).recorder
            let subscriptions = SubscriptionsModule(database: database, events: recorder)
            let desk = SubscriptionDesk(quote: subscriptions.quote, activate: subscriptions.activate)
            let payments = PaymentsModule(database: database, events: recorder, desk: desk)
            try await TestAPI.serving([subscriptions.endpoints, payments.endpoints]) { call in
                func pay(_ card: String, _ key: String) async throws -> TestAnswer {
                    try await call(
                        "POST",
                        "/v1/payments",
                        as: user,
                        headers: ["Idempotency-Key": key],
                        json: #"{"plan": "pro", "period": "yearly", "paymentMethod": "\#(card)"}"#
                    )
                }
                #expect(try await pay("pm_card_chargeDeclined", "1").status == 402)
                #expect(try await call("GET", "/v1/subscription", as: user)[member: "plan"] == "free")
                let paid = try await pay("pm_card_visa", "2")
                #expect(paid[member: "amount"] == 9599)
                #expect(try await call("GET", "/v1/subscription", as: user)[member: "plan"] == "pro")
                let events = try await database.read("SELECT name FROM events.event ORDER BY seq")
                #expect(
                    try events.map { try $0["name"] } == [
                        "payments.payment-failed", "subscriptions.subscription-created",
                        "subscriptions.subscription-changed", "payments.payment-completed",
                    ]
                )
            }
        }
    }

    struct Crash: Error {}
}
