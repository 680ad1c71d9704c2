import ArgumentParser
import EventDelivery
import EventOutbox
import Events
import Foundation
import Postgres
import Synchronization

/// What an event of a backlog costs, and what the process needs that finds it, be it of a thousand events or a million.
struct OutboxGrowthBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox-growth",
        abstract: "Work off ever longer backlogs, each in a process of its own: cost per event, memory, first delivery."
    )

    @Option(parsing: .upToNextOption, help: "Events of the backlogs, the smallest first.")
    var sizes = [1_000, 10_000, 100_000, 1_000_000]
    @Option(help: "Keys.") var keys = 5_000
    @Option(help: "Rounds, of which the medians are printed.") var rounds = 3
    @Option(help: .init("Be the process that is measured, for so many events.", visibility: .private)) var deliver: Int?

    func run() async throws {
        try await Task.detached {
            if let deliver { try await work(off: deliver) } else { try await measure() }
        }.value
    }

    private func measure() async throws {
        let bench = try await BenchmarkDatabase.open(scale: 10) { $0.statementTimeout = .seconds(30) }
        let outbox = try await OutboxBenchmark.prepare(bench)
        var medians: [BacklogRun] = []
        for size in sizes {
            var runs: [BacklogRun] = []
            for _ in 1...rounds { runs.append(try await measureOnce(size, outbox)) }
            let run = BacklogRun(mediansOf: runs)
            print(run.line(after: medians.last))
            medians.append(run)
        }
        if let first = medians.first, let last = medians.last {
            let ratio = (last.seconds / Double(last.size)) / (first.seconds / Double(first.size))
            let rounded = (ratio * 100).rounded() / 100
            print("an event, launch included, \(last.size) : \(first.size): ratio \(rounded) (aim 1.1)")
        }
        await bench.database.close()
    }

    private func measureOnce(_ size: Int, _ benchmark: OutboxBenchmark) async throws -> BacklogRun {
        try await benchmark.empty()
        try await benchmark.fill(size, keys: keys)
        let launch = Date().timeIntervalSince1970
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let output = try Tool(words: [program, "outbox-growth", "--deliver", "\(size)"]).output()
        let values = output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        let total = try await benchmark.effects()
        guard values.count == 3, total == size else { throw ValidationError("\(total) of \(size) arrived: \(output)") }
        return BacklogRun(size: size, first: values[0] - launch, seconds: values[1] - launch, megabytes: values[2])
    }

    /// Prints when the first effect was committed and when the last, and the most memory that this process ever had.
    private func work(off size: Int) async throws {
        let bench = try await BenchmarkDatabase.open(scale: 10) { $0.statementTimeout = .seconds(30) }
        let benchmark = OutboxBenchmark(database: bench.database, outbox: Outbox(bench.database))
        let arrivals = Mutex((count: 0, first: 0.0, last: 0.0))
        let listener = Listener.transactional("benchmarks.growth", lanes: 4, from: .beginning) {
            Reaction.onBatch(of: OutboxBenchmark.Counted.self) { delivered, tx in
                tx.send(OutboxBenchmark.count(delivered.map(\.event.kid)))
                let count = delivered.count
                tx.scope.afterCommit {
                    let now = Date().timeIntervalSince1970
                    arrivals.withLock { $0 = ($0.count + count, $0.count == 0 ? now : $0.first, now) }
                }
            }
        }
        try await benchmark.delivering(to: [listener]) {
            while arrivals.withLock({ $0.count }) < size { try await Task.sleep(for: .milliseconds(1)) }
        }
        let (_, first, last) = arrivals.withLock { $0 }
        print(first, last, try peakMegabytes())
        await bench.database.close()
    }

    private func peakMegabytes() throws -> Double {
        let lines = try String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(separator: "\n")
        let words = lines.first { $0.hasPrefix("VmHWM:") }?.split(whereSeparator: \.isWhitespace) ?? []
        return words.count > 1 ? (Double(words[1]) ?? .nan) / 1_024 : .nan
    }
}

/// A process that worked off a backlog. Times begin with its launch.
private struct BacklogRun {
    let size: Int
    let first: Double
    let seconds: Double
    let megabytes: Double

    init(size: Int, first: Double, seconds: Double, megabytes: Double) {
        (self.size, self.first, self.seconds, self.megabytes) = (size, first, seconds, megabytes)
    }

    init(mediansOf runs: [BacklogRun]) {
        size = runs.first?.size ?? 0
        first = runs.map(\.first).percentile(0.5)
        seconds = runs.map(\.seconds).percentile(0.5)
        megabytes = runs.map(\.megabytes).percentile(0.5)
    }

    func line(after smaller: BacklogRun?) -> String {
        func round(_ value: Double) -> Double { (value * 10).rounded() / 10 }
        var line = "\(size) events: first effect after \(Int(first * 1_000)) ms, all after \(Int(seconds * 1_000)) ms,"
        line += " \(round(seconds / Double(size) * 1e6)) µs an event, peak \(Int(megabytes)) MB"
        if let smaller {
            let further = (seconds - smaller.seconds) / Double(size - smaller.size) * 1e6
            line += "; each beyond \(smaller.size): \(round(further)) µs"
        }
        return line
    }
}
