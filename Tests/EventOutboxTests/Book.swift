import EventFaults

/// What is committed, to compare with what a reader has seen. It knows nothing of how either came about.
struct Book {
    /// The events by `seq`: the `number`-th of its subject, in the order of commits.
    let committed: [Int: Mark]

    /// What is wrong with a reader's view, by the events' `seq` in the order in which they were seen.
    func violations(in seen: [Int]) -> [Violation] {
        var evidence = Evidence()
        evidence.changes = Dictionary(grouping: committed.values, by: \.thing).mapValues(\.count)
        evidence.seen["reader"] = seen.map { committed[$0] ?? Mark(thing: "nothing", number: $0) }
        return Property.all.flatMap { $0.violations(in: evidence) }
    }
}
