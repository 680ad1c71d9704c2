import RabbitMQ
import TestSupport
import Testing

/// A broker that goes away, or only stops answering, at the worst moment.
@Suite(.serialized, .timeLimit(.minutes(4))) struct BrokenConnectionTests {
    private static let broker = Task { try await PrivateBroker() }

    @Test func `a publisher finds its way back, and never hangs`() async throws {
        let broker = try await Self.broker.value
        var configuration = try RabbitMQConfiguration(url: broker.url)
        configuration.connectTimeout = .seconds(2)
        configuration.confirmTimeout = .seconds(2)
        let exchange = try RabbitMQExchange("tests.told", setup: .declare)
        let publisher = RabbitMQPublisher(configuration, exchange: exchange, mandatory: false)
        #expect(try await publisher.publish([message("before")]) == [.confirmed])

        // It takes nothing and says nothing: neither a few bytes nor more than any buffer holds.
        try await broker.freeze()
        await #expect(throws: RabbitMQError.self) { try await publisher.publish([message("frozen")]) }
        try await broker.thaw()
        try await publishEventually(publisher)
        try await broker.freeze()
        let body = String(repeating: "a", count: 500_000)
        let flood = (1...100).map { message("flood-\($0)", body: body) }
        await #expect(throws: RabbitMQError.self) { try await publisher.publish(flood) }
        try await broker.thaw()
        try await publishEventually(publisher)

        try await broker.kill()
        try await eventually { await failure(publisher) != nil }
        #expect(await failure(publisher)?.code == .unreachable)
        try await broker.start()
        try await publishEventually(publisher)
    }

    @Test func `cancelling does not wait for a broker that hangs`() async throws {
        let broker = try await Self.broker.value
        let exchange = try RabbitMQExchange("tests.told", setup: .declare)
        var configuration = try RabbitMQConfiguration(url: broker.url)
        configuration.confirmTimeout = .seconds(600)
        let publisher = RabbitMQPublisher(configuration, exchange: exchange, mandatory: false)
        #expect(try await publisher.publish([message("before")]) == [.confirmed])
        try await broker.freeze()
        let task = Task { try await publisher.publish([message("frozen")]) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await broker.thaw()
    }

    private func publishEventually(_ publisher: RabbitMQPublisher) async throws {
        try await eventually { (try? await publisher.publish([message("again")])) == [.confirmed] }
    }

    private func failure(_ publisher: RabbitMQPublisher) async -> RabbitMQError? {
        do {
            try await publisher.keepAlive()
            return nil
        } catch {
            return error
        }
    }
}
