import Synchronization

/// What several tasks noted, in the order of their notes.
final class Tally: Sendable {
    private let noted = Mutex<[Int]>([])

    var values: [Int] { noted.withLock { $0 } }

    func note(_ value: Int) { noted.withLock { $0.append(value) } }

    /// Notes and returns how many have been here, the caller included.
    func next() -> Int {
        noted.withLock { noted in
            noted.append(noted.count + 1)
            return noted.count
        }
    }
}
