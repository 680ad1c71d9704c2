import FoundationEssentials
import Identifiers
import Postgres
import Testing

@testable import Jobs

@Suite(.timeLimit(.minutes(5))) struct ClaimTests {
    @Test func `many claimers take each of a thousand jobs once`() async throws {
        try await JobStage.run { stage in
            try await stage.database.transaction { tx in
                for number in 1...1000 { try stage.queue.enqueue(Say(word: "\(number)"), in: tx) }
            }
            let claimed = try await withThrowingTaskGroup(of: [UUID].self) { group in
                for _ in 1...8 {
                    let store = stage.store()
                    group.addTask {
                        var mine: [UUID] = []
                        while case let jobs = try await store.claim(upTo: 7), !jobs.isEmpty {
                            mine += jobs.map(\.claim.id)
                        }
                        return mine
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 1000)
            #expect(Set(claimed).count == 1000)
        }
    }

    @Test func `urgent jobs go first, then those due longest`() async throws {
        try await JobStage.run { stage in
            let low = try await stage.enqueue(priority: .low)
            let second = try await stage.enqueue()
            let first = try await stage.enqueue(notBefore: Date().addingTimeInterval(-60))
            let high = try await stage.enqueue(priority: .high)
            let order = try await stage.store().claim(upTo: 10).map(\.claim.id)
            #expect(order == [high, first, second, low])
        }
    }

    @Test func `a job is not claimed before its time`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue(notBefore: Date().addingTimeInterval(3600))
            #expect(try await stage.store().claim(upTo: 10).isEmpty)
            try await stage.pass(3601)
            #expect(try await stage.store().claim(upTo: 10).map(\.claim.id) == [id])
        }
    }

    @Test func `the attempt counts from the claim on`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            let job = try #require(try await stage.store().claim(upTo: 1).first)
            #expect(job.claim == ClaimedJob.Claim(id: id, attempt: 1))
            let row = try #require(try await stage.job(id))
            #expect(row.state == "running")
            #expect(row.attempts == 1)
        }
    }

    @Test func `the same identifier makes one job`() async throws {
        try await JobStage.run { stage in
            let id = UUID.v7()
            try await stage.enqueue("first", id: id)
            try await stage.enqueue("again", id: id)
            let said = Seen<String>()
            try await stage.worker { job, _ in said.append(job.word) }.drain()
            #expect(said.all == ["first"])
        }
    }

    @Test func `a transaction that rolls back leaves no job`() async throws {
        try await JobStage.run { stage in
            try? await stage.database.transaction { tx in
                try stage.queue.enqueue(Say(word: "never"), in: tx)
                throw Hiccup()
            }
            let numbers = try await JobNumbers(of: stage.database)
            #expect(numbers.ready == 0)
        }
    }
}
