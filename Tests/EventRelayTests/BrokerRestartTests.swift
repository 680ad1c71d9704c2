import EventOutbox
import EventRelay
import Foundation
import InMemoryLogging
import Logging
import TestSupport
import Testing

/// The broker dies in the middle of the stream, and comes back with what its disk kept.
@Suite(.timeLimit(.minutes(4))) struct BrokerRestartTests {
    @Test func `events wait in the log while the broker is away; none is lost, no key is out of order`() async throws {
        let broker = try await PrivateBroker()
        defer { broker.remove() }
        let subscriber = try await Subscriber(broker, exchange: "tests.restart")
        let handler = InMemoryLogHandler()
        try await RelayStage.run { stage in
            try await stage.relaying(
                try .test(broker, "tests.restart"),
                logger: Logger(label: "tests") { _ in handler }
            ) {
                let writer = Task {
                    for number in 1...400 { try await stage.record(Told(story: "s\(number % 5)", number: number)) }
                }
                var received = try await subscriber.next(50)
                try await broker.kill()
                try await eventually { try await stage.status()?.failure?.contains("does not answer") == true }
                try await writer.value
                try await eventually { try await (stage.status()?.waiting ?? 0) > 0 }
                #expect(try await stage.status()?.heldBack == 0)
                try await broker.start()
                let missing = Set((1...400).map { "\($0)" }).subtracting(received.map { "\($0.number ?? 0)" })
                received += try await subscriber.next(untilAll: missing) { "\($0.number ?? 0)" }
                try await stage.settle()
                try await eventually { try await stage.status()?.failure == nil }
                let firsts = received.withoutRepeats
                #expect(firsts.count == 400)
                for (key, messages) in Dictionary(grouping: firsts, by: { $0.key }) {
                    let numbers = messages.compactMap(\.number)
                    #expect(numbers == numbers.sorted(), "\(key): \(numbers)")
                }
            }
        }
        let said = handler.entries.map { "\($0.message)" }
        #expect(said.filter { $0 == "a relay goes on" }.count == 1)
    }
}
