import FoundationEssentials
import Identifiers
import StrictJSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct PaymentTests {
    let user = UserID.new()

    @Test func `a good card pays, activates and is announced`() async throws {
        try await Stage.run { stage in
            let answer = try await stage.pay(as: user, key: "k")
            #expect(answer.status == 201)
            #expect(answer[member: "status"] == "completed")
            #expect(answer[member: "amount"] == 499)
            #expect(answer[member: "currency"] == "USD")
            #expect(answer["idempotent-replayed"] == nil)
            #expect(
                try await stage.traces() == [
                    "payments": 1, "steps": 1, "entries": 1, "activations": 1, "payment-completed": 1,
                ]
            )
        }
    }

    @Test func `a refusal is told, stored and announced, and activates nothing`() async throws {
        try await Stage.run { stage in
            let cards = [
                ("pm_card_chargeDeclined", "card-declined"),
                ("pm_card_chargeDeclinedInsufficientFunds", "insufficient-funds"),
                ("pm_card_authenticationRequired", "authentication-required"),
            ]
            for (card, reason) in cards {
                let answer = try await stage.pay(with: card, as: user, key: card)
                #expect(answer.problem == "402 PAYMENT_REFUSED")
                #expect(answer.errors == ["#/paymentMethod: \(reason)"])
                let stored = try await stage.call("GET", answer["location"] ?? "", as: user)
                #expect(stored[member: "status"] == "failed")
                #expect(stored[member: "refusal"]?.string == reason)
            }
            #expect(try await stage.traces() == ["payments": 3, "steps": 3, "payment-failed": 3])
        }
    }

    @Test func `a disputed charge is paid and marked`() async throws {
        try await Stage.run { stage in
            let answer = try await stage.pay(with: "pm_card_createDispute", as: user, key: "k")
            #expect(answer.status == 201)
            let detail = try await stage.call("GET", answer["location"] ?? "", as: user)
            #expect(detail[member: "status"] == "disputed")
            let steps = detail[member: "statusLog"]?.array ?? []
            #expect(steps.map { $0["status"]?.string } == ["disputed", "completed"])
            #expect(
                try await stage.traces() == [
                    "payments": 1, "steps": 2, "entries": 2, "activations": 1, "payment-completed": 1,
                ]
            )
        }
    }

    @Test func `an order that cannot be charged names every field and leaves no trace`() async throws {
        try await Stage.run { stage in
            let unknown = try await stage.pay("free", with: "pm_card_gold", as: user, key: "k")
            #expect(unknown.problem == "422 VALIDATION_FAILED")
            #expect(unknown.errors == ["#/plan: enum", "#/paymentMethod: enum"])
            #expect(try await stage.pay("golden", as: user, key: "k").errors == ["#/plan: enum"])
            #expect(try await stage.pay("starter", "daily", as: user, key: "k").errors == ["#/period: enum"])
            let priced = #"{"plan": "starter", "period": "weekly", "paymentMethod": "pm_card_visa", "amount": 1}"#
            let headers = ["Idempotency-Key": "k"]
            let answer = try await stage.call("POST", "/v1/payments", as: user, headers: headers, json: priced)
            #expect(answer.errors == ["#/amount: unknown-field"])
            #expect(try await stage.traces().isEmpty)
            #expect(try await stage.pay(as: user, key: "k").status == 201)
        }
    }

    @Test func `payments are listed in pages, the last one first, and to their payer only`() async throws {
        try await Stage.run { stage in
            var paid: [JSON?] = []
            for key in 1...5 { paid.append(try await stage.pay(as: user, key: "k\(key)")[member: "id"]) }
            _ = try await stage.pay(as: .new(), key: "k1")
            var seen: [JSON?] = []
            var path: String? = "/v1/payments?limit=2"
            var pages = 0
            while let next = path {
                let page = try await stage.call("GET", next, as: user)
                seen += (page[member: "data"]?.array ?? []).map { $0["id"] }
                path = page[member: "nextCursor"]?.string.map { "/v1/payments?limit=2&cursor=" + $0 }
                pages += 1
            }
            #expect(seen == paid.reversed())
            #expect(pages == 3)
            let bad = try await stage.call("GET", "/v1/payments?cursor=abc", as: user)
            #expect(bad.problem == "400 MALFORMED_REQUEST")
            #expect(bad.errors == ["cursor: format"])
        }
    }

    @Test func `another account's payment does not exist`() async throws {
        try await Stage.run { stage in
            let path = try await stage.pay(as: user, key: "k")["location"] ?? ""
            #expect(try await stage.call("GET", path, as: user).status == 200)
            #expect(try await stage.call("GET", path, as: .new()).problem == "404 RESOURCE_NOT_FOUND")
        }
    }
}
