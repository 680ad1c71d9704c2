import Dispatch
import Glibc
import Reactor
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ReactorLoopTests {
    /// An actor that lives on a loop.
    private actor Resident {
        nonisolated let loop: ReactorLoop
        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }
        private(set) var count = 0
        private var isInside = false

        init(on loop: ReactorLoop) { self.loop = loop }

        func add() {
            precondition(!isInside)
            isInside = true
            count += 1
            isInside = false
        }

        func thread() -> UInt { UInt(pthread_self()) }
    }

    /// Hands the turns and readiness it is given to closures.
    private final class Probe: ReactorHandler {
        let onReady: @Sendable (Int32, Readiness) -> Void
        let onTurn: @Sendable () -> Void

        init(
            onReady: @escaping @Sendable (Int32, Readiness) -> Void = { _, _ in },
            onTurn: @escaping @Sendable () -> Void = {}
        ) {
            self.onReady = onReady
            self.onTurn = onTurn
        }

        func ready(_ descriptor: Int32, _ readiness: Readiness) { onReady(descriptor, readiness) }
        func turn() { onTurn() }
    }

    @Test func `Actors of one loop share its thread`() async throws {
        let loop = try ReactorLoop()
        defer { loop.stop() }
        let (first, second) = (Resident(on: loop), Resident(on: loop))
        #expect(await first.thread() == second.thread())
        #expect(await first.thread() != UInt(pthread_self()))
    }

    @Test func `No wake-up is lost between many threads and a loop that falls asleep all the time`() async throws {
        let loop = try ReactorLoop()
        defer { loop.stop() }
        let resident = Resident(on: loop)
        await withTaskGroup { group in
            for _ in 1...8 {
                group.addTask { for _ in 1...5_000 { await resident.add() } }
            }
        }
        #expect(await resident.count == 40_000)
    }

    @Test func `Turns that other threads ask for all come`() async throws {
        let loop = try ReactorLoop()
        defer { loop.stop() }
        let turns = Atomic(0)
        let (stream, finished) = AsyncStream<Void>.makeStream()
        let probe = Probe(onTurn: {
            if turns.add(1, ordering: .relaxed).newValue == 10_000 { finished.finish() }
        })
        DispatchQueue.global().async {
            DispatchQueue.concurrentPerform(iterations: 10_000) { _ in loop.requestTurn(probe) }
        }
        for await _ in stream {}
        #expect(turns.load(ordering: .relaxed) == 10_000)
    }

    @Test func `A watched descriptor is heard, and no more after unwatch`() async throws {
        let loop = try ReactorLoop()
        defer { loop.stop() }
        var ends: [Int32] = [0, 0]
        #expect(unsafe pipe(&ends) == 0)
        let (reader, writer) = (ends[0], ends[1])
        let (stream, bytes) = AsyncStream<UInt8>.makeStream()
        let probe = Probe(onReady: { descriptor, readiness in
            var byte: UInt8 = 0
            if readiness.contains(.readable), unsafe read(descriptor, &byte, 1) == 1 {
                bytes.yield(byte)
            } else {
                loop.unwatch(descriptor)
                close(descriptor)
                bytes.finish()
            }
        })
        try loop.watch(reader, for: .readable, probe)
        var sent: [UInt8] = [7, 8, 9]
        #expect(unsafe write(writer, &sent, 3) == 3)
        var received: [UInt8] = []
        for await byte in stream {
            received.append(byte)
            if received.count == 3 { close(writer) }
        }
        #expect(received == [7, 8, 9])
    }

    @Test func `A descriptor that the kernel refuses is an error`() throws {
        let loop = try ReactorLoop()
        defer { loop.stop() }
        let error = #expect(throws: ReactorError.self) { try loop.watch(-1, for: .readable, Probe()) }
        #expect(error?.errno == EBADF)
    }

    @Test func `Timers fire in the order they are due, cancelled ones never`() async throws {
        let loop = try ReactorLoop()
        defer { loop.stop() }
        let (stream, fired) = AsyncStream<Int>.makeStream()
        let started = ContinuousClock.now
        loop.schedule(after: .milliseconds(60)) {
            fired.yield(3)
            fired.finish()
        }
        let cancelled = loop.schedule(after: .milliseconds(30)) { fired.yield(2) }
        loop.schedule(after: .milliseconds(10)) { fired.yield(1) }
        loop.cancel(cancelled)
        var order: [Int] = []
        for await number in stream { order.append(number) }
        #expect(order == [1, 3])
        #expect(started.duration(to: .now) >= .milliseconds(60))
    }

    @Test func `A timer that is due sooner wakes a loop that planned to sleep longer`() async throws {
        let loop = try ReactorLoop()
        defer { loop.stop() }
        let far = loop.schedule(after: .seconds(3600)) {}
        for _ in 1...100 {
            await withCheckedContinuation { continuation in
                loop.schedule(after: .zero) { continuation.resume() }
            }
        }
        loop.cancel(far)
    }

    @Test func `A task with the loop as its preference runs on it`() async throws {
        let loop = try ReactorLoop()
        defer { loop.stop() }
        let resident = Resident(on: loop)
        let home = await resident.thread()
        let body = await withTaskExecutorPreference(loop) { UInt(pthread_self()) }
        #expect(body == home)
    }
}
