/// What a client is doing, and what it has done since it was made. For metrics and health checks.
public struct RedisNumbers: Sendable, Equatable {
    /// A connection is open.
    public internal(set) var isConnected = false
    /// The server is down and commands are refused at once.
    public internal(set) var isBroken = false
    /// Commands that wait for a connection.
    public internal(set) var waiting = 0
    /// Commands whose answer the server owes, those that nobody waits for any longer included.
    public internal(set) var inFlight = 0
    /// Connections that were opened.
    public internal(set) var opened = 0
    /// Connections that broke.
    public internal(set) var lost = 0
    /// Commands that were not answered in time.
    public internal(set) var timedOut = 0
    /// Commands that were not sent, because the server was down or too many were on their way.
    public internal(set) var refused = 0
}
