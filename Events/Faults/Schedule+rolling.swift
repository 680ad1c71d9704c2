extension Schedule {
    /// How a rolled schedule is made.
    public struct Size: Sendable {
        /// How many steps, at least and at most.
        public var steps = 10...36
        /// Processes that deliver.
        public var nodes = 2
        /// Transactions at a time.
        public var producers = 3
        /// Things that are changed.
        public var things = 3
        /// In how many of a hundred places where something can go wrong it does.
        public var disturbance = 25

        /// The usual size: small enough to be run by the thousands.
        public init() {}
    }

    /// Rolls a schedule from a seed.
    public static func rolled(from seed: UInt64, size: Size = Size()) -> Schedule {
        var roll = Roll(dice: Dice(seed: seed), size: size)
        let count = Int.random(in: size.steps, using: &roll.dice)
        return Schedule(seed: seed, nodes: size.nodes, (0..<count).map { _ in roll.step() })
    }
}

/// Rolls steps that mostly make sense where they stand.
private struct Roll {
    var dice: Dice
    let size: Schedule.Size
    private var open: Set<Int> = []
    private var stalledProducers: Set<Int> = []
    private var stalledNodes: Set<Int> = []

    init(dice: Dice, size: Schedule.Size) {
        self.dice = dice
        self.size = size
    }

    mutating func step() -> Step {
        if let node = stalledNodes.sorted().first, dice.roll(35) {
            stalledNodes.remove(node)
            return dice.roll(60) ? .resume(node: node) : .loseLocks(node: node)
        }
        if let producer = stalledProducers.sorted().first, dice.roll(30) {
            stalledProducers.remove(producer)
            open.remove(producer)
            return .resumeProducer(producer)
        }
        return dice.roll(45) ? produce() : consume()
    }

    private mutating func produce() -> Step {
        let producer = Int.random(in: 0..<size.producers, using: &dice)
        let thing = Int.random(in: 0..<size.things, using: &dice)
        guard open.contains(producer) else {
            open.insert(producer)
            return dice.roll(60) ? .begin(producer: producer) : .record(producer: producer, thing: thing)
        }
        switch Int.random(in: 0..<100, using: &dice) {
        case 0..<40: return .record(producer: producer, thing: thing)
        case 40..<48: return .undo(producer: producer, thing: thing)
        case 48..<90: return commit(producer)
        case 90..<95:
            open.remove(producer)
            return .rollback(producer: producer)
        default:
            open.remove(producer)
            return .kill(producer: producer)
        }
    }

    private mutating func commit(_ producer: Int) -> Step {
        let fault = disturbance(at: [.beforeCommit, .afterCommit], by: [.stall, .stall, .kill])
        if fault?.blow == .stall { stalledProducers.insert(producer) } else { open.remove(producer) }
        return .commit(producer: producer, fault)
    }

    private mutating func consume() -> Step {
        let node = Int.random(in: 0..<size.nodes, using: &dice)
        switch Int.random(in: 0..<100, using: &dice) {
        case 0..<30:
            return .place(
                node: node,
                stalling(node, disturbance(at: [.placed, .placedAndCommitted], by: [.kill, .stall]))
            )
        case 30..<50: return .wake(node: node)
        case 50..<56: return .wakeAll(node: node)
        case 56..<86:
            let points: [CrashPoint] = [.midBatch, .handled, .cursorMoved, .delivered]
            return .deliver(node: node, stalling(node, disturbance(at: points, by: [.kill, .kill, .stall, .fail])))
        case 86..<92: return .tidy(node: node)
        case 92..<95: return .restart(node: node)
        case 95..<97: return .loseLocks(node: node)
        default: return .settle
        }
    }

    private mutating func stalling(_ node: Int, _ fault: Disturbance?) -> Disturbance? {
        if fault?.blow == .stall { stalledNodes.insert(node) }
        return fault
    }

    private mutating func disturbance(at points: [CrashPoint], by blows: [Blow]) -> Disturbance? {
        guard dice.roll(size.disturbance), let point = points.randomElement(using: &dice),
            let blow = blows.randomElement(using: &dice)
        else { return nil }
        return Disturbance(blow, point)
    }
}
