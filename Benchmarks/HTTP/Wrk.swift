import ArgumentParser
import Foundation

/// Requests by wrk, one after the other from each client, for a while.
///
/// It has one thread: it shares the cores with the servers.
struct Wrk {
    /// What it has seen, times in milliseconds.
    struct Sight: Decodable {
        let requests: Int
        let seconds: Double
        let p50: Double
        let p95: Double
        let p99: Double
        let errors: Int

        var rate: Double { Double(requests) / seconds }

        /// Itself, if nothing failed: errors are answered faster than anything else.
        var flawless: Sight {
            get throws {
                guard errors == 0 else { throw ValidationError("\(errors) of \(requests) requests failed") }
                return self
            }
        }
    }

    let clients: Int
    let seconds: Int

    /// Sends what a script of `Benchmarks/Wrk` says.
    func run(_ script: String, at url: String, _ arguments: [String] = []) throws -> Sight {
        let options = ["-t1", "-c\(clients)", "-d\(seconds)s", "-s", "Benchmarks/Wrk/\(script)"]
        let output = try Tool(words: ["wrk"] + options + [url, "--"] + arguments).output()
        let line = output.split(separator: "\n").last.map { Data($0.utf8) } ?? Data()
        guard let sight = try? JSONDecoder().decode(Sight.self, from: line), sight.requests > 0 else {
            throw ValidationError("wrk said: \(output)")
        }
        return sight
    }
}
