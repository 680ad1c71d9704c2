import EventFaults
import Foundation
import JourneySupport
import StrictJSON

/// A family, the evenings that it is going to have, and what a patient client does about broken connections.
struct Household: Sendable {
    /// A kid finishes a story.
    struct Evening: Sendable {
        let kid: String
        let story: Story
        /// Whether the client says so twice at the same time.
        let isToldTwice: Bool

        /// `kid/story`.
        var name: String { "\(kid)/\(story.id)" }
    }

    let parent: Parent
    let kids: [String]
    let evenings: [Evening]
    /// After which evening the family buys a larger plan.
    let purchase: Int

    /// A family with two kids, a plan with room for all evenings, and a time zone in which it is about noon, so that
    /// midnight does not come in between.
    static func move(
        into storytime: Storytime,
        _ client: Client,
        evenings count: Int,
        _ random: inout Dice
    ) async throws -> Household {
        let parent = try await Parent.join(client, storytime)
        let hour = Calendar(identifier: .iso8601).dateComponents(in: .gmt, from: Date()).hour ?? 12
        try await parent.live(in: hour == 12 ? "Etc/GMT" : hour < 12 ? "Etc/GMT-\(12 - hour)" : "Etc/GMT+\(hour - 12)")
        try await parent.buy("pro", storytime)
        let kids = [try await parent.addKid("Mila"), try await parent.addKid("Jon")]
        let stories = try await client.stories()
        let pairs = kids.flatMap { kid in stories.map { (kid, $0) } }.shuffled(using: &random)
        let evenings = pairs.prefix(count).map { kid, story in
            Evening(kid: kid, story: story, isToldTwice: random.next() % 8 == 0)
        }
        return Household(
            parent: parent,
            kids: kids,
            evenings: evenings,
            purchase: Int.random(in: 0..<count, using: &random)
        )
    }

    /// Has all the evenings, one after the other, whatever happens to the servers.
    func live(on stage: Stage) async throws {
        do {
            for (index, evening) in evenings.enumerated() {
                await stage.turn()
                try await finish(evening, on: stage)
                if index == purchase { try await pay(on: stage) }
                await stage.acknowledge(evening.name)
            }
        } catch {
            await stage.abandon()
            throw error
        }
    }

    private func finish(_ evening: Evening, on stage: Stage) async throws {
        let path = "/v1/kids/\(evening.kid)/stories/\(evening.story.id)"
        try await insist(on: 200, stage) { try await $0("PUT", "\(path)/progress", ["percent": 50, "seconds": 60]) }
        let tell: @Sendable (Client) async throws -> Answer = {
            try await $0("POST", "\(path)/completion", ["seconds": 30])
        }
        async let again: Void = evening.isToldTwice ? insist(on: 200, stage, tell) : ()
        try await insist(on: 200, stage, tell)
        try await again
    }

    private func pay(on stage: Stage) async throws {
        let key = ["Idempotency-Key": "larger-\(parent.user)"]
        try await insist(on: 201, stage) {
            try await $0("POST", "/v1/payments", Parent.order("business"), headers: key)
        }
    }

    /// Sends a request again and again until it is answered with what is wanted.
    private func insist(
        on status: Int,
        _ stage: Stage,
        _ send: @Sendable (Client) async throws -> Answer
    ) async throws {
        while true {
            let server = try await stage.server()
            do {
                let answer = try await send(parent.at(server))
                if answer.status == status { return }
                // A payment whose first request died with its server may be at work for a moment longer.
                guard answer.status == 503 || answer.status == 409 else { try answer.expect(status); return }
                await Task.yield()
            } catch let error as UnexpectedAnswer {
                throw error
            } catch {
                await stage.noteBroken(server, error)
            }
        }
    }
}
