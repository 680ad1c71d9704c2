public import FoundationEssentials
import Synchronization

/// A clock that stands still until it is told otherwise.
///
/// It begins at a whole second. Give ``read`` to whatever wants to know the time.
public final class ManualClock: Sendable {
    private let moment: Mutex<Date>

    /// A clock that shows this moment.
    public init(_ moment: Date = Date(timeIntervalSince1970: 1_800_000_000)) { self.moment = Mutex(moment) }

    /// What it shows.
    public var now: Date { moment.withLock { $0 } }
    /// A way to ask it.
    public var read: @Sendable () -> Date { { self.now } }

    /// Sets it to a moment such as `2026-03-01T09:30:00Z`.
    public func set(_ text: String) throws {
        let date = try Date(text, strategy: .iso8601)
        moment.withLock { $0 = date }
    }

    /// Moves it.
    public func advance(by time: Duration) {
        moment.withLock { $0 += Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18 }
    }
}
