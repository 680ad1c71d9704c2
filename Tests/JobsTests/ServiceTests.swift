import FoundationEssentials
import Postgres
import ServiceLifecycle
import Synchronization
import Testing

@testable import Jobs

/// A worker as the program runs it.
@Suite(.timeLimit(.minutes(5))) struct ServiceTests {
    /// Never looks by itself.
    private var deaf: JobConfiguration {
        var configuration = JobConfiguration()
        configuration.pollInterval = .seconds(3600)
        return configuration
    }

    @Test func `a commit wakes the worker, which needs no poll`() async throws {
        try await JobStage.run { stage in
            let (words, said) = AsyncStream<String>.makeStream()
            try await running(stage.worker(configuration: deaf) { job, _ in said.yield(job.word) }) { _ in
                var heard = words.makeAsyncIterator()
                for word in ["one", "two", "three"] {
                    try await stage.enqueue(word)
                    #expect(await heard.next() == word)
                }
            }
        }
    }

    @Test func `what another node enqueued is found by polling`() async throws {
        try await JobStage.run { stage in
            var configuration = JobConfiguration()
            configuration.pollInterval = .milliseconds(10)
            let (words, said) = AsyncStream<String>.makeStream()
            try await running(stage.worker(configuration: configuration) { job, _ in said.yield(job.word) }) { _ in
                try await JobStage(database: stage.database).enqueue("from afar")
                var heard = words.makeAsyncIterator()
                #expect(await heard.next() == "from afar")
            }
        }
    }

    @Test func `more jobs than places are all done, no more than the places at once`() async throws {
        try await JobStage.run { stage in
            let (words, said) = AsyncStream<String>.makeStream()
            let atOnce = Mutex((now: 0, most: 0))
            let worker = stage.worker(configuration: deaf) { job, run in
                atOnce.withLock { count in
                    count.now += 1
                    count.most = max(count.most, count.now)
                }
                try await run.report(percent: 50)
                atOnce.withLock { $0.now -= 1 }
                said.yield(job.word)
            }
            try await running(worker) { _ in
                try await stage.database.transaction { tx in
                    for number in 1...50 { try stage.queue.enqueue(Say(word: "\(number)"), in: tx) }
                }
                var heard: Set<String> = []
                for await word in words where heard.insert(word).inserted && heard.count == 50 { break }
            }
            #expect((2...4).contains(atOnce.withLock { $0.most }))
        }
    }

    @Test func `a graceful stop lets a running job finish`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            let (starts, started) = AsyncStream<Void>.makeStream()
            let (gates, gate) = AsyncStream<Void>.makeStream()
            let worker = stage.worker(configuration: deaf) { _, _ in
                started.yield()
                for await _ in gates { return }
                throw Hiccup()
            }
            try await running(worker) { group in
                for await _ in starts { break }
                await group.triggerGracefulShutdown()
                gate.yield()
            }
            #expect(try await stage.job(id)?.state == "done")
        }
    }

    @Test func `what outlasts the grace time is handed back without losing the attempt`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            var configuration = deaf
            configuration.grace = .milliseconds(20)
            let (starts, started) = AsyncStream<Void>.makeStream()
            let worker = stage.worker(configuration: configuration) { _, _ in
                started.yield()
                try await Task.sleep(for: .seconds(3600))
            }
            try await running(worker) { _ in
                for await _ in starts { break }
            }
            let row = try #require(try await stage.job(id))
            #expect(row.state == "ready")
            #expect(row.attempts == 0)
        }
    }

    @Test func `cancelling the worker's task hands its jobs back too`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            let (starts, started) = AsyncStream<Void>.makeStream()
            let worker = stage.worker(configuration: deaf) { _, _ in
                started.yield()
                try await Task.sleep(for: .seconds(3600))
            }
            let task = Task { await worker.run() }
            for await _ in starts { break }
            task.cancel()
            await task.value
            #expect(try await stage.job(id)?.state == "ready")
            #expect(try await stage.job(id)?.attempts == 0)
        }
    }

    @Test func `a job that is called off is stopped with the next heartbeat`() async throws {
        try await JobStage.run { stage in
            let id = try await stage.enqueue()
            var configuration = deaf
            configuration.heartbeatInterval = .milliseconds(20)
            let (starts, started) = AsyncStream<Void>.makeStream()
            let (ends, ended) = AsyncStream<Bool>.makeStream()
            let worker = stage.worker(configuration: configuration) { _, _ in
                started.yield()
                do { try await Task.sleep(for: .seconds(3600)) } catch { ended.yield(Task.isCancelled) }
                try Task.checkCancellation()
            }
            try await running(worker) { _ in
                for await _ in starts { break }
                try await stage.database.transaction { tx in
                    let cancelled = try await stage.queue.cancel(id, in: tx)
                    #expect(cancelled)
                }
                var end = ends.makeAsyncIterator()
                #expect(await end.next() == true)
            }
            #expect(try await stage.job(id)?.state == "cancelled")
        }
    }

    /// Runs a worker for the time of a closure, then stops it gracefully.
    private func running(_ worker: JobWorker, _ body: (ServiceGroup) async throws -> Void) async throws {
        let group = ServiceGroup(services: [worker], logger: .silent)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(group)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
