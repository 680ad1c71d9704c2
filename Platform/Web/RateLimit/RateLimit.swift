/// How often a client may do something: at most ``quota`` requests in any stretch of time as long as ``window``.
public struct RateLimit: Sendable, Hashable {
    /// What clients see in `RateLimit`, operators in settings, and nodes in Redis.
    public let name: String
    /// How many requests.
    public var quota: Int
    /// In how long; in whole seconds.
    public let window: Duration
    /// What is limited, in words.
    public let meaning: String

    /// A limit.
    public init(_ name: String, _ quota: Int, in window: Duration = .seconds(60), _ meaning: String) {
        self.name = name
        self.quota = quota
        self.window = window
        self.meaning = meaning
    }
}
