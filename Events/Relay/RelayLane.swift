import EventDelivery
import EventOutbox
import Events
import Logging
import RabbitMQ
import ServiceLifecycle

/// Works on one lane of a relay: reads a batch, publishes it, waits for the broker's word, moves the cursor.
struct RelayLane {
    private let relay: Relay
    private let lane: LeasedLane
    private let bus: EventBus
    private let pace: RelayPace
    private let publisher: RabbitMQPublisher
    private var health: RelayHealth

    init(_ relay: Relay, _ lane: LeasedLane, bus: EventBus, pace: RelayPace, logger: Logger) {
        self.relay = relay
        self.lane = lane
        self.bus = bus
        self.pace = pace
        publisher = RabbitMQPublisher(relay.broker, exchange: relay.exchange, mandatory: relay.isMandatory)
        health = RelayHealth(lane, pace, logger: logger)
    }

    /// Works until the service group stops, or the task is cancelled.
    mutating func run() async {
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                try await step()
            } catch {
                if Task.isCancelled { break }
                await stumble(error)
            }
        }
        await publisher.close()
        // Free-standing: a cancelled task could not, and the next holder would have to wait for the lease's end.
        let (lane, health) = (lane, health)
        await Task { do { try await lane.release() } catch { health.noteLeaseLeft(error) } }.value
    }

    private mutating func step() async throws {
        switch try await lane.begin(head: await bus.head) {
        case .batch(let batch):
            let failures = try await publish(batch)
            try await lane.finish(batch, failures: failures)
            health.goesOn(isHoldingBack: batch.isHoldingBack, failures: failures)
            switch batch.next {
            case .atOnce: break
            case .whenEventsCome: await waitForEvents(after: batch.last)
            case .whenRetriesAreDue: await wait(pace.backstop)
            }
        case .superseded:
            health.noteSuperseded()
            fallthrough
        case .taken, .paused:
            health.isNotOurs()
            await publisher.close()
            await wait(pace.backstop)
        }
    }

    /// Publishes a batch; returns what the broker did not take, by position. Without events it keeps the connection.
    private func publish(_ batch: LeasedBatch) async throws -> [Int: HandOverFailure] {
        guard !batch.isEmpty else {
            try await publisher.keepAlive()
            return [:]
        }
        var renewed = ContinuousClock.now
        return try await batch.handOver { events in
            if renewed.duration(to: .now) > pace.lease / 4 {
                try await lane.renew(batch)
                renewed = .now
            }
            return try await events.published(to: relay.exchange.name, of: "rabbitmq") {
                try await publisher.publish(events.map(relay.message)).map(\.failure)
            }
        }
    }

    /// Notes why nothing goes on, lets another node have a try, and waits.
    private mutating func stumble(_ error: any Error) async {
        let pause = health.standsStill(error)
        if error is RabbitMQError {
            // Without a database nobody could see it there; the log has it.
            try? await lane.release(because: "\(error)")
        }
        await wait(pause)
    }

    // MARK: Waiting

    /// Waits until there is an event that the lane may want, or for the backstop.
    private func waitForEvents(after position: Int) async {
        await withTaskGroup { group in
            group.addTask { await cancelWhenGracefulShutdown { await followBus(after: position) } }
            group.addTask { await wait(pace.backstop) }
            await group.next()
            group.cancelAll()
        }
    }

    private func followBus(after position: Int) async {
        var position = position
        while !Task.isCancelled {
            await bus.wait(after: position)
            guard let events = await bus.events(after: position, limit: pace.batch), let last = events.last else {
                return
            }
            if events.contains(where: { relay.listener.hears($0.name) }) { return }
            position = last.position
        }
    }

    private func wait(_ duration: Duration) async {
        await cancelWhenGracefulShutdown { try? await Task.sleep(for: duration) }
    }
}
