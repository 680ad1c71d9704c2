import Events
import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import EventOutbox

@Suite(.timeLimit(.minutes(1))) struct FollowTests {
    @Test func `new events come as they are placed, each once, those that do not fit left out`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "b", number: 2))
            try await stage.place()
            let seen = Positions()
            try await withThrowingTaskGroup { group in
                group.addTask {
                    let filter = EventFilter(key: "subject:a", after: 0)
                    try await stage.operations.follow(filter, every: .milliseconds(2)) { event in
                        seen.add(event.position)
                    }
                }
                try await eventually { seen.all == [1] }
                for number in 3...600 {
                    try await stage.record(Ping(subject: number % 2 == 0 ? "a" : "b", number: number))
                }
                try await stage.place()
                try await eventually { seen.all.count == 300 }
                group.cancelAll()
                while (try? await group.next()) != nil {}
            }
            #expect(seen.all == [1] + stride(from: 4, through: 600, by: 2))
        }
    }

    @Test func `the log of operations is searched by time, operator and verb`() async throws {
        try await Stage.run { stage in
            try await stage.change(
                """
                INSERT INTO events.ops_log (at, operator, verb, subject, reason) VALUES
                    (now() - interval '3 days', 'ada', 'replay', 'x', 'old'),
                    (now(), 'ada', 'restamp', 'y', 'moved'), (now(), 'bob', 'replay', 'z', 'wrong badges')
                """
            )
            func subjects(_ filter: OpsLogFilter) async throws -> [String] {
                try await stage.operations.opsLog(filter).map(\.subject)
            }
            #expect(try await subjects(OpsLogFilter()) == ["x", "y", "z"])
            #expect(try await subjects(OpsLogFilter(limit: 2)) == ["y", "z"])
            #expect(try await subjects(OpsLogFilter(operator: "ada")) == ["x", "y"])
            #expect(try await subjects(OpsLogFilter(verb: "replay")) == ["x", "z"])
            #expect(try await subjects(OpsLogFilter(since: Date(timeIntervalSinceNow: -86_400))) == ["y", "z"])
        }
    }
}

/// Collects positions.
final class Positions: Sendable {
    private let seen = Mutex<[Int]>([])
    var all: [Int] { seen.withLock { $0 } }

    func add(_ position: Int) { seen.withLock { $0.append(position) } }
}
