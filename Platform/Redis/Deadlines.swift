import HeapModule

/// How long each command may take.
struct Deadlines {
    private struct Entry: Comparable {
        let pending: PendingCommand
        static func < (a: Entry, b: Entry) -> Bool { a.pending.due < b.pending.due }
        static func == (a: Entry, b: Entry) -> Bool { a.pending === b.pending }
    }

    private var heap = Heap<Entry>()

    mutating func add(_ pending: PendingCommand) { heap.insert(Entry(pending: pending)) }

    /// When the next one is due.
    var next: ContinuousClock.Instant? { heap.min?.pending.due }

    /// Takes out all that are due.
    mutating func popDue(now: ContinuousClock.Instant) -> [PendingCommand] {
        var due: [PendingCommand] = []
        while let first = heap.min?.pending, first.due <= now {
            heap.removeMin()
            if !first.isSettled { due.append(first) }
        }
        forgetSettled()
        return due
    }

    /// Lets go of those in front that were answered, with the values that they carried.
    mutating func forgetSettled() {
        while let first = heap.min?.pending, first.isSettled { heap.removeMin() }
    }
}
