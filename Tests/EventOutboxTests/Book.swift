/// Compares what was committed with what a reader has seen. It knows nothing of how either came about.
struct Book {
    /// One committed event: the `number`-th of its key, in the order of commits.
    struct Entry: Hashable, Sendable {
        let seq: Int
        let key: String
        let number: Int
    }

    /// What is wrong with a reader's view. Empty when it saw each event once, and each key in order.
    struct Faults: Equatable, Sendable {
        /// Committed and not seen.
        var lost: [Int] = []
        /// Seen more than once.
        var doubled: [Int] = []
        /// Seen and not committed.
        var invented: [Int] = []
        /// Seen after a later one of its key.
        var inverted: [Int] = []

        static let none = Faults()
    }

    let committed: [Entry]

    /// Audits the events' `seq` in the order in which they were seen.
    func audit(_ seen: [Int]) -> Faults {
        let entries = Dictionary(uniqueKeysWithValues: committed.map { ($0.seq, $0) })
        var faults = Faults()
        var counts: [Int: Int] = [:]
        var last: [String: Int] = [:]
        for seq in seen {
            counts[seq, default: 0] += 1
            guard let entry = entries[seq] else {
                faults.invented.append(seq)
                continue
            }
            if counts[seq] == 2 { faults.doubled.append(seq) }
            if entry.number < last[entry.key, default: 0] { faults.inverted.append(seq) }
            last[entry.key] = max(entry.number, last[entry.key, default: 0])
        }
        faults.lost = committed.map(\.seq).filter { counts[$0] == nil }.sorted()
        return faults
    }
}
