import DequeModule

/// The pool's connections and waiters at one moment.
public struct PoolNumbers: Sendable, Hashable {
    /// Connections that transactions hold.
    public var used = 0
    /// Connections that nobody holds.
    public var idle = 0
    /// Connections being opened.
    public var opening = 0
    /// Transactions that wait for a connection.
    public var waiting = 0
    /// The most connections there may be.
    public var maximum = 0
}

/// Decides who gets which connection; does nothing itself.
struct PoolState<Connection: AnyObject> {
    enum Acquired {
        case take(Connection)
        case wait(open: Bool)
        case refuse
    }

    enum Action {
        case none
        case give(Connection, ticket: Int)
        case open
        case close(Connection)
    }

    private let maximum: Int
    private let waitingMaximum: Int
    /// Newest last, so that the connections used last stay warm and the others can expire.
    private var idle = Deque<(connection: Connection, since: ContinuousClock.Instant)>()
    private var waiting = Deque<Int>()
    private var used = 0
    private var opening = 0
    private var isClosed = false

    init(maximum: Int, waitingMaximum: Int) {
        self.maximum = maximum
        self.waitingMaximum = waitingMaximum
    }

    var numbers: PoolNumbers {
        PoolNumbers(used: used, idle: idle.count, opening: opening, waiting: waiting.count, maximum: maximum)
    }

    /// The ticket stands for the caller, in case it has to wait.
    mutating func acquire(ticket: Int) -> Acquired {
        guard !isClosed, waiting.count < waitingMaximum else { return .refuse }
        if let newest = idle.popLast() {
            used += 1
            return .take(newest.connection)
        }
        waiting.append(ticket)
        return .wait(open: waiting.count > opening && open())
    }

    /// Counts one more connection as being opened, if there may be one more.
    mutating func open() -> Bool {
        guard !isClosed, used + idle.count + opening < maximum else { return false }
        opening += 1
        return true
    }

    mutating func opened(_ connection: Connection, now: ContinuousClock.Instant) -> Action {
        opening -= 1
        return place(connection, now: now)
    }

    mutating func openFailed() -> Action {
        opening -= 1
        return replace()
    }

    mutating func release(_ connection: Connection, now: ContinuousClock.Instant) -> Action {
        used -= 1
        return place(connection, now: now)
    }

    /// A connection in use turned out to be broken.
    mutating func discard() -> Action {
        used -= 1
        return replace()
    }

    /// A connection broke; only an idle one is forgotten here.
    mutating func lost(_ connection: Connection) -> Action {
        idle.removeAll { $0.connection === connection }
        return replace()
    }

    mutating func abandon(_ ticket: Int) {
        // Whoever gives up has mostly waited longest, so this looks at the front only.
        if let index = waiting.firstIndex(of: ticket) { waiting.remove(at: index) }
    }

    mutating func expire(before limit: ContinuousClock.Instant, keeping minimum: Int) -> [Connection] {
        var expired: [Connection] = []
        while let oldest = idle.first, oldest.since < limit, used + idle.count > minimum {
            expired.append(oldest.connection)
            idle.removeFirst()
        }
        return expired
    }

    /// How many to open to have the minimum again.
    mutating func refill(to minimum: Int) -> Int {
        var count = 0
        while used + idle.count + opening < minimum, open() { count += 1 }
        return count
    }

    mutating func close() -> [Connection] {
        isClosed = true
        waiting.removeAll()
        defer { idle.removeAll() }
        return idle.map(\.connection)
    }

    /// A connection went; another is opened when somebody waits for it.
    private mutating func replace() -> Action {
        waiting.count > opening && open() ? .open : .none
    }

    private mutating func place(_ connection: Connection, now: ContinuousClock.Instant) -> Action {
        if isClosed { return .close(connection) }
        if let ticket = waiting.popFirst() {
            used += 1
            return .give(connection, ticket: ticket)
        }
        idle.append((connection, since: now))
        return .none
    }
}
