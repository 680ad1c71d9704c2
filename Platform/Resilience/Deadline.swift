/// Ends a call that takes too long. A deadline inside another never outlasts it.
///
/// The call is cancelled and, as in any task group, waited for: what does not heed cancellation holds its caller up.
public struct Deadline: CallPolicy {
    /// What has become of the calls so far.
    public struct Numbers: Sendable, Hashable {
        /// Calls that were made.
        public var calls = 0
        /// Calls whose time was up.
        public var exceeded = 0
    }

    @TaskLocal static var instant: ContinuousClock.Instant?

    /// How long a call may take.
    public let limit: Duration
    private let meter = Meter(Numbers())
    var pause: @Sendable (ContinuousClock.Instant) async throws -> Void = {
        try await Task.sleep(until: $0, clock: .continuous)
    }

    /// A limit for every call.
    public init(_ limit: Duration) { self.limit = limit }

    /// What is left of the time that the caller has; nil without a deadline around it.
    public static var left: Duration? { instant.map { ContinuousClock.now.duration(to: $0) } }

    /// What has become of the calls so far.
    public var numbers: Numbers { meter.now }

    /// Makes the call; throws ``DeadlineExceeded`` when its time is up.
    public func call<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        meter.count { $0.calls += 1 }
        let own = ContinuousClock.now + limit
        let instant = min(own, Self.instant ?? own)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await Self.$instant.withValue(instant) { try await body() } }
            group.addTask { [pause] in
                try await pause(instant)
                return nil
            }
            guard let first = try await group.next(), let value = first else {
                meter.count { $0.exceeded += 1 }
                throw DeadlineExceeded(limit: limit)
            }
            return value
        }
    }
}

/// The call took too long. Whether it had its effect is not known.
public struct DeadlineExceeded: TransientFailure, CustomStringConvertible {
    /// How long it could have taken.
    public let limit: Duration
    /// It may be faster next time.
    public var isTransient: Bool { true }
    /// What happened.
    public var description: String { "no answer within \(limit)" }
}
