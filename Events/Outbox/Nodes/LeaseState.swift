/// Decides what a node does about the lease; does nothing itself.
///
/// A standby looks at the lease and takes it when it is free. A leader renews it, until it is asked to stop or learns that
/// somebody else has taken it. Nothing here is relied upon when events are placed: the fence is checked in the
/// transaction that places them.
struct LeaseState {
    enum Role: Sendable, Equatable {
        /// Somebody else places events, or nobody does yet.
        case standby
        case leading(fence: Int)
        /// Asked to stop: places no more, and still has to give the lease back.
        case steppingDown(fence: Int)
        /// Asked to stop, with nothing to give back.
        case retired
    }

    enum Step: Sendable, Equatable {
        case look, take
        case renew(fence: Int)
        case release(fence: Int)
    }

    private(set) var role = Role.standby
    private let timing: LeaseTiming
    private var due: ContinuousClock.Instant
    private var isFree = false

    init(_ timing: LeaseTiming, at now: ContinuousClock.Instant) {
        self.timing = timing
        due = now
    }

    /// The fence to place events under; nil when they are not this node's to place.
    var fence: Int? { if case .leading(let fence) = role { fence } else { nil } }

    /// What has to be done now.
    func step(at now: ContinuousClock.Instant) -> Step? {
        switch role {
        case .standby: now < due ? nil : isFree ? .take : .look
        case .leading(let fence): now < due ? nil : .renew(fence: fence)
        case .steppingDown(let fence): .release(fence: fence)
        case .retired: nil
        }
    }

    /// How long nothing has to be done.
    func pause(at now: ContinuousClock.Instant) -> Duration { max(.zero, now.duration(to: due)) }

    // MARK: What happened

    mutating func saw(_ lease: Lease, at now: ContinuousClock.Instant) {
        guard role == .standby else { return }
        isFree = lease.remaining == .zero
        due = isFree ? now : now + min(lease.remaining, timing.renewal)
    }

    /// The lease was taken; nil when somebody was faster.
    mutating func took(_ fence: Int?, at now: ContinuousClock.Instant) {
        isFree = false
        due = now + timing.renewal
        guard let fence else { return }
        switch role {
        case .standby, .leading: role = .leading(fence: fence)
        case .steppingDown, .retired: role = .steppingDown(fence: fence)
        }
    }

    mutating func renewed(_ fence: Int, at now: ContinuousClock.Instant) {
        if self.fence == fence { due = now + timing.renewal }
    }

    /// The fence is not the newest any more: a renewal or a batch was refused.
    mutating func refused(_ fence: Int, at now: ContinuousClock.Instant) {
        guard self.fence == fence else { return }
        role = .standby
        isFree = false
        due = now
    }

    /// A step came to nothing because the database failed it. A lease that cannot be given back runs out by itself.
    mutating func failed(at now: ContinuousClock.Instant) {
        isFree = false
        due = now + timing.renewal
        if case .steppingDown = role { role = .retired }
    }

    /// There may be news: the lease was given back, or notifications may have been missed.
    mutating func hint(at now: ContinuousClock.Instant) {
        due = now
    }

    mutating func stop() {
        switch role {
        case .standby: role = .retired
        case .leading(let fence): role = .steppingDown(fence: fence)
        case .steppingDown, .retired: break
        }
    }

    mutating func released() {
        if case .steppingDown = role { role = .retired }
    }
}
