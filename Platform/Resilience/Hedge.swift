/// Makes a second call beside one that takes long, and takes the answer that comes first.
///
/// Only for what may be done twice, and with a delay that few calls reach, such as the 95th percentile: every call beyond
/// it costs double. The call that is not needed is cancelled and waited for: what does not heed cancellation holds its caller
/// up.
public struct Hedge: CallPolicy {
    /// What has become of the calls so far.
    public struct Numbers: Sendable, Hashable {
        /// Calls that were made.
        public var calls = 0
        /// Those beside which a second one was made.
        public var hedged = 0
        /// Those that the second one has answered.
        public var won = 0
    }

    private enum Outcome<Value: Sendable>: Sendable {
        case answer(Value, isSecond: Bool)
        case failure(any Error)
        case isDue
    }

    /// How long the first call has before the second.
    public let delay: Duration
    private let meter = Meter(Numbers())
    var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0, clock: .continuous) }

    /// A second call after this time.
    public init(after delay: Duration) { self.delay = delay }

    /// What has become of the calls so far.
    public var numbers: Numbers { meter.now }

    /// Makes the call once or twice; the one that is not needed is cancelled. Throws when no call is under way any more.
    public func call<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        meter.count { $0.calls += 1 }
        return try await withThrowingTaskGroup(of: Outcome<Value>.self) { group in
            defer { group.cancelAll() }
            group.addTask { await Self.outcome(isSecond: false, body) }
            group.addTask { [delay, pause] in
                try await pause(delay)
                return .isDue
            }
            var underWay = 1
            while let outcome = try await group.next() {
                switch outcome {
                case .answer(let value, let isSecond):
                    if isSecond { meter.count { $0.won += 1 } }
                    return value
                case .failure(let error):
                    underWay -= 1
                    if underWay == 0 { throw error }
                case .isDue:
                    meter.count { $0.hedged += 1 }
                    underWay += 1
                    group.addTask { await Self.outcome(isSecond: true, body) }
                }
            }
            throw CancellationError()
        }
    }

    private static func outcome<Value: Sendable>(
        isSecond: Bool,
        _ body: @escaping @Sendable () async throws -> Value
    ) async -> Outcome<Value> {
        do {
            return .answer(try await Attempt.resending(isSecond ? 1 : 0, body), isSecond: isSecond)
        } catch {
            return .failure(error)
        }
    }
}
