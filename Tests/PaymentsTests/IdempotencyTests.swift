import Identifiers
import Payments
import Postgres
import StrictJSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct IdempotencyTests {
    let user = UserID.new()

    @Test func `the same request under the same key gets the stored answer`() async throws {
        try await Stage.run { stage in
            let first = try await stage.pay(as: user, key: "k")
            let second = try await stage.pay(as: user, key: "\"k\"")
            #expect(second.status == 201)
            #expect(second.body == first.body)
            #expect(second["location"] == first["location"])
            #expect(second["idempotent-replayed"] == "true")
            #expect(try await stage.traces()["entries"] == 1)
        }
    }

    @Test func `the answer stays as it was when the payment has moved on`() async throws {
        try await Stage.run { stage in
            let first = try await stage.pay(as: user, key: "k")
            try await stage.database.transaction { tx in
                try await tx.execute("UPDATE payments.payment SET status = 'disputed'")
            }
            #expect(try await stage.pay(as: user, key: "k").body == first.body)
            let path = first["location"] ?? ""
            #expect(try await stage.call("GET", path, as: user)[member: "status"] == "disputed")
        }
    }

    @Test func `a refusal is replayed too, and not charged again`() async throws {
        try await Stage.run { stage in
            let first = try await stage.pay(with: "pm_card_chargeDeclined", as: user, key: "k")
            let second = try await stage.pay(with: "pm_card_chargeDeclined", as: user, key: "k")
            #expect(second.problem == first.problem)
            #expect(second.errors == first.errors)
            #expect(second["location"] == first["location"])
            #expect(second["idempotent-replayed"] == "true")
            #expect(second[member: "requestId"]?.string == second["x-request-id"])
            #expect(try await stage.traces()["payment-failed"] == 1)
        }
    }

    @Test func `a key whose answer is not kept any more does not pay again`() async throws {
        try await Stage.run { stage in
            let first = try await stage.pay(as: user, key: "k")
            try await stage.database.transaction { tx in try await tx.execute("DELETE FROM web.idempotency_key") }
            let second = try await stage.pay(as: user, key: "k")
            #expect(second.problem == "422 IDEMPOTENCY_KEY_REUSED")
            #expect(second["location"] == first["location"])
            #expect(try await stage.traces()["entries"] == 1)
        }
    }

    @Test func `another body under the same key is refused`() async throws {
        try await Stage.run { stage in
            _ = try await stage.pay(as: user, key: "k")
            let others = [("yearly", "pm_card_visa"), ("monthly", "pm_card_createDispute")]
            for (period, card) in others {
                let answer = try await stage.pay("starter", period, with: card, as: user, key: "k")
                #expect(answer.problem == "422 IDEMPOTENCY_KEY_REUSED")
            }
            #expect(try await stage.traces()["payments"] == 1)
        }
    }

    @Test func `keys of different accounts have nothing to do with each other`() async throws {
        try await Stage.run { stage in
            let first = try await stage.pay(as: user, key: "k")
            let second = try await stage.pay(as: .new(), key: "k")
            #expect(first[member: "id"] != second[member: "id"])
            #expect(try await stage.traces()["activations"] == 2)
        }
    }

    @Test func `a request without a usable key is refused by header`() async throws {
        try await Stage.run { stage in
            for key in [nil, "", "a b", "\"a"] as [String?] {
                let answer = try await stage.pay(as: user, key: key)
                #expect(answer.problem == "400 MALFORMED_REQUEST")
                #expect(answer.errors.count == 1 && answer.errors[0].hasPrefix("Idempotency-Key: "))
            }
            #expect(try await stage.traces().isEmpty)
        }
    }

    @Test func `the key is part of the published API`() async throws {
        try await Stage.run { stage in
            let post = try await stage.call("GET", "/openapi.json").json["paths"]?["/v1/payments"]?["post"]
            let key = post?["parameters"]?.array?.first { $0["in"] == "header" }
            #expect(key?["name"] == "Idempotency-Key")
            #expect(key?["required"] == true)
        }
    }

    @Test func `ten requests at once with one key charge once`() async throws {
        try await Stage.run { stage in
            let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
                for _ in 0..<10 { group.addTask { try await stage.pay(as: user, key: "k") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 201 || $0.problem == "409 IDEMPOTENCY_KEY_IN_USE" })
            #expect(Set(answers.compactMap { $0[member: "id"] }).count == 1)
            #expect(answers.count { $0.status == 201 && $0["idempotent-replayed"] == nil } == 1)
            #expect(
                try await stage.traces() == [
                    "payments": 1, "steps": 1, "entries": 1, "activations": 1, "payment-completed": 1,
                ]
            )
        }
    }

    @Test func `while the first request is at work the next one is told to wait`() async throws {
        let (reached, reach) = AsyncStream<Void>.makeStream()
        let (opened, open) = AsyncStream<Void>.makeStream()
        let hold: @Sendable () async throws -> Void = {
            reach.yield()
            for await _ in opened { break }
        }
        try await Stage.run(activating: hold) { stage in
            async let first = stage.pay(as: user, key: "k")
            for await _ in reached { break }
            let second = try await stage.pay(as: user, key: "k")
            #expect(second.problem == "409 IDEMPOTENCY_KEY_IN_USE")
            #expect(second["retry-after"] == "1")
            open.yield()
            #expect(try await first.status == 201)
            #expect(try await stage.pay(as: user, key: "k")["idempotent-replayed"] == "true")
        }
    }
}
