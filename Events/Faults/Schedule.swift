/// What happens in one run, step by step. It is data: it can be printed, kept, run again and cut down.
public struct Schedule: Sendable, Codable, Hashable {
    /// What it was rolled from; nil when it was written.
    public let seed: UInt64?
    /// How many processes deliver.
    public let nodes: Int
    /// What happens, in this order.
    public var steps: [Step]

    /// A schedule that somebody wrote.
    public init(nodes: Int = 2, _ steps: [Step]) {
        seed = nil
        self.nodes = nodes
        self.steps = steps
    }

    init(seed: UInt64?, nodes: Int, _ steps: [Step]) {
        self.seed = seed
        self.nodes = nodes
        self.steps = steps
    }
}

extension Schedule: CustomStringConvertible {
    /// As it is written in source code.
    public var description: String {
        let lines = steps.map { "    .\($0)," }.joined(separator: "\n")
        return "Schedule(nodes: \(nodes), [\(seed.map { " // rolled from \($0)" } ?? "")\n\(lines)\n])"
    }
}

extension Step: CustomStringConvertible {
    /// As it is written in source code, without the dot.
    public var description: String {
        switch self {
        case .begin(let producer): "begin(producer: \(producer))"
        case .record(let producer, let thing): "record(producer: \(producer), thing: \(thing))"
        case .undo(let producer, let thing): "undo(producer: \(producer), thing: \(thing))"
        case .commit(let producer, let fault): "commit(producer: \(producer), \(Self.text(fault)))"
        case .rollback(let producer): "rollback(producer: \(producer))"
        case .kill(let producer): "kill(producer: \(producer))"
        case .place(let node, let fault): "place(node: \(node), \(Self.text(fault)))"
        case .wake(let node): "wake(node: \(node))"
        case .wakeAll(let node): "wakeAll(node: \(node))"
        case .deliver(let node, let fault): "deliver(node: \(node), \(Self.text(fault)))"
        case .tidy(let node): "tidy(node: \(node))"
        case .resumeProducer(let producer): "resumeProducer(\(producer))"
        case .resume(let node): "resume(node: \(node))"
        case .loseLocks(let node): "loseLocks(node: \(node))"
        case .restart(let node): "restart(node: \(node))"
        case .settle: "settle"
        }
    }

    private static func text(_ fault: Disturbance?) -> String { fault.map(\.description) ?? "nil" }
}
