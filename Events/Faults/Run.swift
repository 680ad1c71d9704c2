import Postgres

/// One run of a schedule: who has what open, and what is to be done next.
///
/// One task at a time goes through the steps; only who stands still, or waits for such a one, is left to a task of its own.
final class Run {
    let ground: Ground
    let candidate: any Candidate
    let id: String
    let firstPosition: Int
    var producers: [Int: ProducerSlot] = [:]
    var nodes: [NodeSlot] = []
    /// Who holds which thing.
    var holders: [Int: Int] = [:]
    var violations: [Violation] = []
    private var lastGate = 0

    init(on ground: Ground, _ candidate: any Candidate, id: String, nodes count: Int) async throws {
        self.ground = ground
        self.candidate = candidate
        self.id = id
        // Gates are numbered anew in each run, and who waited for a lock may never have come to its own.
        try await ground.openAllGates()
        firstPosition = try await ground.head()
        for index in 0..<min(count, ground.nodes.count) {
            let trial = Trial(id: id, database: ground.nodes[index], strike: ground.newStrike(for: index))
            let node = try await Self.insist { try await candidate.start(trial) }
            nodes.append(NodeSlot(index: index, trial: trial, node: node))
        }
    }

    func thing(_ index: Int) -> String { "\(id)/\(index)" }

    func nextGate() -> Int {
        lastGate += 1
        return lastGate
    }

    func perform(_ step: Step) async throws {
        switch step {
        case .begin(let producer): await begin(producer)
        case .record(let producer, let thing): await record(producer, thing)
        case .undo(let producer, let thing): await undo(producer, thing)
        case .commit(let producer, let fault): try await commit(producer, fault)
        case .rollback(let producer): await rollBack(producer)
        case .kill(let producer): await kill(producer)
        case .resumeProducer(let producer): try await resumeProducer(producer)
        case .place(let node, let fault): try await place(node, fault)
        case .wake(let node): try await use(node) { try await $0.wake() }
        case .wakeAll(let node):
            try await Self.insist { try await candidate.retryNow() }
            try await use(node) { try await $0.wakeAll() }
        case .deliver(let node, let fault): try await deliver(node, fault)
        case .tidy(let node): try await use(node) { try await $0.tidy() }
        case .resume(let node): try await resume(node)
        case .loseLocks(let node): try await loseLocks(node)
        case .restart(let node): try await restart(node)
        case .settle: try await settle()
        }
    }

    /// Ends whatever is open, delivers everything, and looks at what came of it.
    func finish() async throws -> [Violation] {
        for producer in producers.keys.sorted() {
            try await resumeProducer(producer)
            await rollBack(producer)
        }
        for index in nodes.indices { try await resume(index) }
        let evidence = try await drained()
        violations += Property.all.flatMap { $0.violations(in: evidence) }
        try await Self.insist { try await candidate.forget(nodes[0].trial) }
        return violations
    }

    /// Nobody stands still, so everything that is committed can be delivered whoever else has a transaction open.
    private func settle() async throws {
        guard nodes.allSatisfy({ $0.pending == nil }) else { return }
        let evidence = try await drained()
        violations += Property.noneLost.violations(in: evidence).map {
            Violation(property: "none is held up", detail: $0.detail)
        }
    }

    /// Delivers everything with a new process, as if all others were gone.
    private func drained() async throws -> Evidence {
        try await Self.insist {
            try await candidate.retryNow()
            try await candidate.start(nodes[0].trial).drain()
            return try await Evidence.read(of: self)
        }
    }

    /// Does something again when a connection that the server had ended before was handed out once more.
    private static func insist<Result>(_ body: () async throws -> Result) async throws -> Result {
        var attempt = 1
        while true {
            do {
                return try await body()
            } catch let error as DatabaseError where error.code == .connectionLost && attempt < 10 {
                attempt += 1
            }
        }
    }
}
