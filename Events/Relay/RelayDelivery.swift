import EventDelivery
public import EventOutbox
public import Logging
public import ServiceLifecycle

/// Runs a relay beside a delivery. Every node may run one; each lane is worked on by one node at a time.
public struct RelayDelivery: Service {
    private let relay: Relay
    private let delivery: OutboxDelivery
    private let pace: RelayPace
    private let logger: Logger

    /// Publishes what the delivery places in the log. The delivery has to know the relay's listener.
    public init(_ relay: Relay, beside delivery: OutboxDelivery, pace: RelayPace = RelayPace(), logger: Logger) {
        precondition(
            delivery.bus.listeners.contains { $0.name == relay.listener.name },
            "\(relay.listener.name) is not among the delivery's listeners"
        )
        self.relay = relay
        self.delivery = delivery
        self.pace = pace
        self.logger = logger
    }

    /// Publishes until the service group stops; batches on their way finish first.
    public func run() async throws {
        let lanes = try await delivery.leasedLanes(of: relay.listener, pace.terms)
        await withDiscardingTaskGroup { group in
            for lane in lanes {
                group.addTask {
                    var lane = RelayLane(relay, lane, bus: delivery.bus, pace: pace, logger: logger)
                    await lane.run()
                }
            }
        }
    }
}
