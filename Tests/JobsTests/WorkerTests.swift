import FoundationEssentials
import Identifiers
import InMemoryLogging
import Logging
import Origin
import Postgres
import Testing

@testable import Jobs

@Suite(.timeLimit(.minutes(5))) struct WorkerTests {
    @Test func `two workers do a thousand jobs exactly once`() async throws {
        try await JobStage.run { stage in
            try await stage.database.transaction { tx in
                for number in 1...1000 { try stage.queue.enqueue(Say(word: "\(number)"), in: tx) }
            }
            let said = Seen<String>()
            let workers = (1...2).map { _ in stage.worker { job, _ in said.append(job.word) } }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in workers { group.addTask { try await worker.drain() } }
                try await group.waitForAll()
            }
            #expect(said.all.count == 1000)
            #expect(Set(said.all).count == 1000)
            let numbers = try await JobNumbers(of: stage.database)
            #expect(numbers.done == 1000)
            #expect(numbers.ready + numbers.running + numbers.failed == 0)
        }
    }

    @Test func `a failing job is tried again on schedule and then kept as failed`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            let attempts = Seen<Int>()
            let worker = stage.worker { _, run in
                attempts.append(run.attempt)
                throw Hiccup()
            }
            for wait in [30.0, 60.0] {
                try await worker.drain()
                let row = try #require(try await stage.job(id))
                #expect(row.state == "ready")
                #expect((wait - 5...wait * 1.2).contains(row.dueIn))
                #expect(row.errorType == "Hiccup")
                try await stage.pass(Int(wait * 1.2) + 1)
            }
            try await worker.drain()
            let row = try #require(try await stage.job(id))
            #expect(row.state == "failed")
            #expect(attempts.all == [1, 2, 3])
            try await stage.pass(3600)
            #expect(try await worker.drain() == 0)
        }
    }

    @Test func `a job that succeeds at last is done`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            let worker = stage.worker { _, run in if run.attempt == 1 { throw Hiccup() } }
            try await worker.drain()
            try await stage.pass(60)
            try await worker.drain()
            let row = try #require(try await stage.job(id))
            #expect(row.state == "done")
            #expect(row.attempts == 2)
            #expect(row.errorType == nil)
        }
    }

    @Test func `a refused job fails at once`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            try await stage.worker { _, _ in throw JobRefused("there is no such account") }.drain()
            let row = try #require(try await stage.job(id))
            #expect(row.state == "failed")
            #expect(row.attempts == 1)
            #expect(row.error == "there is no such account")
        }
    }

    @Test func `a payload of another shape fails at once`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            try await stage.database.transaction { tx in
                try await tx.execute("UPDATE jobs.job SET payload = '{\"words\": 3}'")
            }
            try await stage.worker().drain()
            let row = try #require(try await stage.job(id))
            #expect(row.state == "failed")
            #expect(row.errorType == "JobRefused")
        }
    }

    @Test func `an attempt that takes too long is cancelled and retried`() async throws {
        struct Slow: JobPayload {
            static let kind = "tests.slow"
            static let policy = JobPolicy(timeout: .milliseconds(20))
        }
        try await JobStage.run { stage in
            let id = UUID.v7()
            try await stage.database.transaction { tx in try stage.queue.enqueue(Slow(), id: id, in: tx) }
            let slow = JobHandler.on(Slow.self) { _, _ in try await Task.sleep(for: .seconds(3600)) }
            let worker = JobWorker(queue: stage.queue, database: stage.database, handlers: [slow], logger: .silent)
            try await worker.drain()
            let row = try #require(try await stage.job(id))
            #expect(row.state == "ready")
            #expect(row.errorType == "Timeout")
        }
    }

    @Test func `a job of an unknown kind stays ready and is reported`() async throws {
        try await JobStage.run { stage in
            let id = UUID.v7()
            try await stage.database.transaction { tx in try stage.queue.enqueue(Whisper(), id: id, in: tx) }
            let log = InMemoryLogHandler()
            let worker = stage.worker(logger: Logger(label: "tests") { _ in log })
            await worker.reportUnknownKinds()
            #expect(try await worker.drain() == 0)
            #expect(try await stage.job(id)?.state == "ready")
            let kinds = log.entries.compactMap { $0.metadata["job.kind"] }
            #expect(kinds == ["tests.whisper"])
        }
    }

    @Test func `the handler runs in the origin of whoever enqueued`() async throws {
        try await JobStage.run { stage in
            let origin = Origin(
                actor: "user:ada",
                requestID: "request-1",
                correlationID: .v7(),
                causationID: .v7(),
                traceparent: "00-ab-cd-01"
            )
            try await origin.run { _ = try await stage.enqueue() }
            let origins = Seen<Origin>()
            try await stage.worker { _, _ in origins.append(Origin.current) }.drain()
            #expect(origins.all == [origin])
        }
    }

    @Test func `progress is visible while the job runs`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            let seen = Seen<Int?>()
            try await stage.worker { _, run in
                try await run.report(percent: 40)
                seen.append(try await stage.job(run.id)?.progress)
            }.drain()
            #expect(seen.all == [40])
            #expect(try await stage.job(id)?.progress == 100)
        }
    }

    @Test func `numbers tell how old the oldest due job is`() async throws {
        try await JobStage.run { stage in
            let before = try await JobNumbers(of: stage.database)
            #expect(before.oldestDueSeconds == 0)
            try await stage.enqueue()
            try await stage.enqueue(notBefore: Date().addingTimeInterval(3600))
            try await stage.pass(90)
            let numbers = try await JobNumbers(of: stage.database)
            #expect(numbers.ready == 2)
            #expect((90...100).contains(numbers.oldestDueSeconds))
        }
    }
}
