/// Two contestants that take turns, so that a busy machine is equally busy for both.
struct Rounds {
    private(set) var ours: [Double] = []
    private(set) var theirs: [Double] = []

    /// Runs all rounds and prints each pair.
    init(_ count: Int, ours: () async throws -> Double, theirs: () async throws -> Double) async throws {
        for round in 1...count {
            let (first, second) = (try await ours(), try await theirs())
            self.ours.append(first)
            self.theirs.append(second)
            print("round \(round): \(Int(first))/s against \(Int(second))/s")
        }
    }

    /// Prints the medians and their ratio, next to what is aimed at.
    func report(_ name: String, against peer: String, aim: Double) {
        let (first, second) = (Self.median(ours), Self.median(theirs))
        let ratio = (first / second * 100).rounded() / 100
        print("\(name): \(Int(first))/s, \(peer): \(Int(second))/s, ratio \(ratio) (aim \(aim))")
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
