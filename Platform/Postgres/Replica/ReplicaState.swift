import DequeModule

/// Decides whether a replica is fit to be read from; does nothing itself.
///
/// The primary says from time to time how far its write-ahead log goes. A replica that has replayed that far shows at
/// least what the primary showed then, so it is no older than that moment. No clocks of two machines are compared, and
/// an idle primary makes nothing look old: a replica that has replayed all there is has replayed the newest sample.
struct ReplicaState {
    private struct Sample {
        let position: WALPosition
        let moment: ContinuousClock.Instant
    }

    private enum Condition {
        case answering, away(String), unfit(String)
    }

    private let bound: Duration
    /// What the primary said, oldest first; what the replica has reached, or is of no use any more, is not in here.
    private var samples = Deque<Sample>()
    private var replayed: WALPosition?
    /// The replica shows everything that the primary showed at this moment.
    private var asOf: ContinuousClock.Instant?
    private var condition = Condition.away("it has not answered yet")

    init(bound: Duration) { self.bound = bound }

    /// Everything that the primary showed at a moment is in its log before this position.
    mutating func sampled(_ position: WALPosition, at moment: ContinuousClock.Instant) {
        samples.append(Sample(position: position, moment: moment))
        while let oldest = samples.first, oldest.moment < moment - bound { samples.removeFirst() }
        confirm()
    }

    /// The replica answered, and has replayed the log up to here.
    mutating func reached(_ position: WALPosition) {
        condition = .answering
        replayed = max(position, replayed ?? position)
        confirm()
    }

    /// The replica did not answer.
    mutating func wentAway(_ reason: String) { condition = .away(reason) }

    /// What answers must not be read from.
    mutating func isUnfit(_ reason: String) { condition = .unfit(reason) }

    /// Whether a read may go there.
    func admits(_ floor: ReplicaFloor, now: ContinuousClock.Instant) -> Bool {
        guard case .answering = condition, let replayed, let asOf else { return false }
        return now - asOf <= bound && floor.isMet(by: replayed)
    }

    func status(now: ContinuousClock.Instant) -> ReplicaStatus {
        switch condition {
        case .away(let reason): .away(reason)
        case .unfit(let reason): .unfit(reason)
        case .answering:
            if let asOf, now - asOf <= bound { .following(now - asOf) } else { .lagging }
        }
    }

    private mutating func confirm() {
        while let oldest = samples.first, let replayed, oldest.position <= replayed {
            asOf = oldest.moment
            samples.removeFirst()
        }
    }
}
