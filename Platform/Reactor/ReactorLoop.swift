internal import CEpoll
import Glibc
import Synchronization

/// One thread that waits for descriptors with epoll and runs, between waits, the jobs of the actors that live on it.
///
/// It is the `SerialExecutor` of every connection actor, so a C library's handle is only ever touched by this thread,
/// and the `TaskExecutor` of transaction bodies, so a statement costs no thread hop. Work on it must never block:
/// everything else on the loop waits behind it.
public final class ReactorLoop: SerialExecutor, TaskExecutor {
    let epoll: Int32
    let wakeUp: Int32
    private let inbox = Mutex(Inbox())
    let watchers = Mutex<[Int32: any ReactorHandler]>([:])
    let timers = Mutex(TimerQueue())
    private let thread = Atomic<UInt>(0)

    /// How often the inbox is emptied before the loop looks at its descriptors again.
    private static let rounds = 8

    /// What other threads hand over; swapped out whole once a turn.
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var turns: [any ReactorHandler] = []
        var isAsleep = false
        var isStopped = false
    }

    /// Starts the thread. Throws the errno of the kernel when it has no descriptor to give.
    public init() throws(ReactorError) {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw ReactorError(call: "epoll_create1", errno: errno) }
        wakeUp = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard wakeUp >= 0 else {
            let code = errno
            close(epoll)
            throw ReactorError(call: "eventfd", errno: code)
        }
        try control(EPOLL_CTL_ADD, wakeUp, .readable)
        try startThread()
    }

    deinit {
        close(wakeUp)
        close(epoll)
    }

    /// Ends the thread after the turn at hand. Actors on this loop run no more: close what they own first.
    public func stop() {
        inbox.withLock { $0.isStopped = true }
        signal()
    }

    // MARK: Executor

    /// Queues a job; the loop runs jobs in the order they came.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let wasAsleep = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if wasAsleep { signal() }
    }

    /// Asks for one call of the handler's `turn()` on the loop, after the jobs of that turn.
    ///
    /// A handler may ask many times before its turn; it should ask once per batch, when its own queue was empty.
    public func requestTurn(_ handler: any ReactorHandler) {
        let wasAsleep = inbox.withLock { inbox in
            inbox.turns.append(handler)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if wasAsleep { signal() }
    }

    /// True on the loop's own thread, which is the isolation of every actor that lives here.
    public func isIsolatingCurrentContext() -> Bool? { isOnLoop }

    /// Stops the program when called off the loop's thread.
    public func checkIsolated() {
        precondition(isOnLoop, "this code must run on the reactor's thread")
    }

    private var isOnLoop: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    private func signal() {
        eventfd_write(wakeUp, 1)
    }

    // MARK: The loop

    private func startThread() throws(ReactorError) {
        var handle = pthread_t()
        let context = unsafe Unmanaged.passRetained(self)
        let code = unsafe pthread_create(
            &handle,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<ReactorLoop>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            context.toOpaque()
        )
        guard code == 0 else {
            unsafe context.release()
            throw ReactorError(call: "pthread_create", errno: code)
        }
        pthread_detach(handle)
    }

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        ignoreBrokenPipes()
        var jobs: [UnownedJob] = []
        var turns: [any ReactorHandler] = []
        while true {
            // A job often queues the next step of its own task: a few rounds save as many system calls.
            for _ in 0..<Self.rounds where takeInbox(&jobs, &turns) { runAll(jobs, turns) }
            fireTimers()
            guard let timeout = sleepTime() else { break }
            poll(timeout)
        }
    }

    /// Writing to a peer that is gone fails with EPIPE, which its connection handles; the signal would end the program.
    private func ignoreBrokenPipes() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private func runAll(_ jobs: [UnownedJob], _ turns: [any ReactorHandler]) {
        for job in jobs {
            unsafe job.runSynchronously(
                isolatedTo: asUnownedSerialExecutor(),
                taskExecutor: asUnownedTaskExecutor()
            )
        }
        for handler in turns { handler.turn() }
    }

    /// True when there was anything in it.
    private func takeInbox(_ jobs: inout [UnownedJob], _ turns: inout [any ReactorHandler]) -> Bool {
        jobs.removeAll(keepingCapacity: true)
        turns.removeAll(keepingCapacity: true)
        inbox.withLock { inbox in
            swap(&inbox.jobs, &jobs)
            swap(&inbox.turns, &turns)
        }
        return !jobs.isEmpty || !turns.isEmpty
    }

    /// Milliseconds that the next wait may last; zero while work is queued; nil once stopped.
    private func sleepTime() -> Int32? {
        let next = timers.withLock { $0.millisecondsToNext(now: .now) }
        return inbox.withLock { inbox in
            if inbox.isStopped { return nil }
            guard inbox.jobs.isEmpty, inbox.turns.isEmpty else { return 0 }
            inbox.isAsleep = next != 0
            return next
        }
    }

    private func fireTimers() {
        for action in timers.withLock({ $0.popDue(now: .now) }) { action() }
    }

    private func poll(_ timeout: Int32) {
        let capacity = 64
        unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: capacity) { events in
            let count = unsafe epoll_wait(epoll, events.baseAddress, Int32(capacity), timeout)
            inbox.withLock { $0.isAsleep = false }
            for index in 0..<max(0, Int(count)) {
                let event = unsafe events[index]
                unsafe dispatch(event.data.fd, Readiness(rawValue: event.events))
            }
        }
    }

    private func dispatch(_ descriptor: Int32, _ readiness: Readiness) {
        if descriptor == wakeUp {
            var count: eventfd_t = 0
            unsafe eventfd_read(wakeUp, &count)
        } else if let handler = watchers.withLock({ $0[descriptor] }) {
            handler.ready(descriptor, readiness)
        }
    }
}
