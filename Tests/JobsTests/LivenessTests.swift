import FoundationEssentials
import Postgres
import Testing

@testable import Jobs

@Suite(.timeLimit(.minutes(5))) struct LivenessTests {
    private let silence = JobConfiguration().silence

    @Test func `a job whose worker fell silent is done by another`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            _ = try await stage.store().claim(upTo: 1)
            try await stage.pass(16)
            #expect(try await stage.store().recover(silentFor: silence) == 1)
            let attempts = Seen<Int>()
            try await stage.worker { _, run in attempts.append(run.attempt) }.drain()
            #expect(attempts.all == [2])
            #expect(try await stage.job(id)?.state == "done")
        }
    }

    @Test func `a job that takes very long but is alive stays where it is`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            let store = stage.store()
            let claim = try #require(try await store.claim(upTo: 1).first).claim
            for _ in 1...10 {
                try await stage.pass(3600)
                #expect(try await store.beat([claim]) == [claim])
                #expect(try await stage.store().recover(silentFor: silence) == 0)
            }
            #expect(try await stage.job(id)?.state == "running")
        }
    }

    @Test func `a job that keeps killing its workers is given up`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            for _ in 1...Say.policy.attempts {
                #expect(try await stage.store().claim(upTo: 1).count == 1)
                try await stage.pass(16)
                #expect(try await stage.store().recover(silentFor: silence) == 1)
            }
            let row = try #require(try await stage.job(id))
            #expect(row.state == "failed")
            #expect(row.attempts == Say.policy.attempts)
            #expect(row.errorType == "WorkerLost")
        }
    }

    @Test(arguments: [
        JobOutcome.done, .released, .failed(JobFailure(Hiccup())), .retry(after: .zero, JobFailure(Hiccup())),
    ])
    func `a worker that lost its job cannot mark it`(outcome: JobOutcome) async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            let stale = stage.store()
            let lost = try #require(try await stale.claim(upTo: 1).first).claim
            try await stage.pass(16)
            _ = try await stage.store().recover(silentFor: silence)
            _ = try await stage.store().claim(upTo: 1)
            #expect(try await stale.settle(lost, outcome) == false)
            #expect(try await stale.beat([lost]).isEmpty)
            let row = try #require(try await stage.job(id))
            #expect(row.state == "running")
            #expect(row.attempts == 2)
        }
    }

    @Test func `a worker that took its own job again cannot mark the earlier attempt`() async throws {
        try await JobStage.run { stage in
            try await stage.enqueue()
            let store = stage.store()
            let first = try #require(try await store.claim(upTo: 1).first).claim
            try await stage.pass(16)
            _ = try await store.recover(silentFor: silence)
            let second = try #require(try await store.claim(upTo: 1).first).claim
            #expect(try await store.beat([first, second]) == [second])
            #expect(try await store.settle(first, .done) == false)
            #expect(try await store.settle(second, .done))
        }
    }

    @Test func `a released job has its attempt back`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            let store = stage.store()
            let claim = try #require(try await store.claim(upTo: 1).first).claim
            #expect(try await store.settle(claim, .released))
            let row = try #require(try await stage.job(id))
            #expect(row.state == "ready")
            #expect(row.attempts == 0)
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct SweepTests {
    @Test func `done jobs go after an hour, failed ones after their policy's time, live ones never`() async throws {
        try await JobStage.run { stage in
            let done = try await stage.enqueue()
            try await stage.worker().drain()
            let failed = try await stage.enqueue()
            try await stage.worker { _, _ in throw JobRefused("no") }.drain()
            let waiting = try await stage.enqueue(notBefore: Date().addingTimeInterval(30 * 86_400))
            let store = stage.store()
            #expect(try await store.sweep(keepDone: .seconds(3600)) == 0)

            try await stage.pass(3601)
            #expect(try await store.sweep(keepDone: .seconds(3600)) == 1)
            #expect(try await stage.job(done) == nil)
            #expect(try await stage.job(failed) != nil)

            try await stage.pass(7 * 86_400)
            #expect(try await store.sweep(keepDone: .seconds(3600)) == 1)
            #expect(try await stage.job(failed) == nil)
            #expect(try await stage.job(waiting)?.state == "ready")
        }
    }
}
