import FoundationEssentials

/// The right to give events their positions, as it stands at one moment.
struct Lease: Sendable, Equatable {
    /// Raised by every node that takes the lease; batches of an older one are not written.
    let fence: Int
    /// For how long nobody else may take it; zero when it is there for the taking.
    let remaining: Duration
}

/// How long a lease lasts, and how often its holder renews it. The others look as often as that.
struct LeaseTiming: Sendable {
    let length: Duration
    let renewal: Duration

    /// The longest lease there may be. What says otherwise was written before the server's clock was set back.
    static let longest: Duration = .seconds(60)
}
