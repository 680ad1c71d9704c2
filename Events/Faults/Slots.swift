/// A producer's place in a run: the transaction that it has open, and what it has done in it.
struct ProducerSlot {
    var transaction: OpenTransaction?
    var marks: [Mark] = []
    /// The things whose rows it has locked.
    var held: Set<Int> = []
    /// A commit that stands at a gate.
    var stalled: (commit: Finishing, gate: Int)?
}

/// A process' place in a run.
struct NodeSlot {
    let index: Int
    let trial: Trial
    var node: any CandidateNode
    /// A step that has not come to its end: it stands still, or waits for somebody who does.
    var pending: (step: Finishing, gate: Int)?

    var application: String { "node-\(index)" }
}
