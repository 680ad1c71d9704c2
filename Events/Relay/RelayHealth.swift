import EventDelivery
import EventOutbox
import Logging
import Metrics
import Postgres
import RabbitMQ

/// Whether a lane gets on, said once for each change, and how long it waits while it does not.
struct RelayHealth {
    private let pace: RelayPace
    private let logger: Logger
    /// 1 while the lane is this node's and stands still.
    private let stalled: Gauge
    private var failures = 0
    /// What it fails by; nil while it gets on.
    private var trouble: String?
    private var troubledSince: ContinuousClock.Instant?
    private var isHoldingBack = false
    private var isSuperseded = false

    init(_ lane: LeasedLane, _ pace: RelayPace, logger: Logger) {
        self.pace = pace
        let (listener, index) = (lane.listener.name, String(lane.index))
        var logger = logger
        logger[metadataKey: "relay"] = "\(listener)"
        logger[metadataKey: "lane"] = "\(index)"
        self.logger = logger
        stalled = Gauge(label: "outbox.relay.stalled", dimensions: [("listener", listener), ("lane", index)])
        stalled.record(0)
    }

    /// Nothing goes on, for this reason. Returns how long to wait: exponential, with half of it at random.
    mutating func standsStill(_ error: any Error) -> Duration {
        failures += 1
        stalled.record(1)
        let kind = Self.kind(error)
        if kind != trouble {
            logger.warning("a relay stands still", metadata: ["error": "\(error)"])
        }
        trouble = kind
        troubledSince = troubledSince ?? .now
        let ceiling = min(pace.longestPause, pace.firstPause * (1 << min(failures - 1, 20)))
        return ceiling * Double.random(in: 0.5...1)
    }

    /// A batch went through, but for these failures.
    mutating func goesOn(isHoldingBack: Bool, failures failed: [Int: HandOverFailure]) {
        failures = 0
        stalled.record(0)
        if let since = troubledSince {
            logger.notice("a relay goes on", metadata: ["stood": "\(since.duration(to: .now))"])
        }
        (trouble, troubledSince) = (nil, nil)
        noteHeldBack(isHoldingBack || !failed.isEmpty, failed.min { $0.key < $1.key })
    }

    private mutating func noteHeldBack(_ isHoldingBack: Bool, _ first: (key: Int, value: HandOverFailure)?) {
        if isHoldingBack, !self.isHoldingBack {
            logger.warning(
                "a relay holds events back that the broker does not take",
                metadata: first.map { ["event.position": "\($0.key)", "error": "\($0.value)"] }
            )
        } else if !isHoldingBack, self.isHoldingBack {
            logger.notice("a relay holds nothing back any more")
        }
        self.isHoldingBack = isHoldingBack
    }

    /// Another node has the lane, or an operator has paused it.
    func isNotOurs() { stalled.record(0) }

    /// Another program runs the relay as it knows it.
    mutating func noteSuperseded() {
        if !isSuperseded { logger.notice("a newer program has redefined a relay; this one leaves it to that") }
        isSuperseded = true
    }

    /// The lease runs out by itself.
    func noteLeaseLeft(_ error: any Error) {
        logger.warning("a relay could not give its lane back", metadata: ["error": "\(error)"])
    }

    /// What tells one trouble from another; the words may differ each time.
    private static func kind(_ error: any Error) -> String {
        switch error {
        case let error as RabbitMQError: "broker \(error.code.rawValue)"
        case let error as DatabaseError: "database \(error.code)"
        default: "\(type(of: error))"
        }
    }
}
