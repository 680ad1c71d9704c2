public import Logging
public import Reactor

/// Storytime's way to Redis: one connection that all callers share, opened on first use and again whenever it breaks.
///
/// Commands that are sent at the same time travel together. While the server is down every command fails at once with
/// `unavailable`, so a caller that can do without Redis loses no time.
public final class RedisClient: Sendable {
    /// The configuration in force.
    public let configuration: RedisConfiguration
    let loop: ReactorLoop
    let report: @Sendable (LinkChange) -> Void
    private let lane: CommandLane

    /// A client; nothing is opened before it is used.
    public init(_ configuration: RedisConfiguration, on loop: ReactorLoop, logger: Logger) {
        self.configuration = configuration
        self.loop = loop
        let report = LinkLog(logger).report
        self.report = report
        lane = CommandLane(configuration, on: loop, report: report)
    }

    /// Sends one command and returns its answer; an error of the server is thrown as a ``RedisError``.
    ///
    /// A command that timed out, lost its connection or was cancelled may have run all the same.
    @discardableResult
    public func send(_ words: [RedisArgument], timeout: Duration? = nil) async throws -> RedisValue {
        let command = try RedisCommand(words)
        return try await command.traced { try await lane.send(command, timeout: timeout) }
    }

    /// What the client is doing and has done.
    public var numbers: RedisNumbers { get async { await lane.numbers } }

    /// Closes the connection. Whoever waits, or comes later, fails. Subscriptions end with their tasks.
    public func close() async { await lane.close() }
}
