/// Anything that went wrong between a command and its answer.
public struct RedisError: Error, Sendable, Equatable {
    /// What kind of failure it is, for callers that decide by it.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// The server refused the command; see `message`.
        public static let server = Code(description: "server")
        /// The key holds another type than the command is for (WRONGTYPE).
        public static let wrongType = Code(description: "wrong-type")
        /// The server wants a password and the URL has none (NOAUTH).
        public static let noAuthentication = Code(description: "no-authentication")
        /// The server knows no such user and password (WRONGPASS).
        public static let wrongPassword = Code(description: "wrong-password")
        /// The user may not do this (NOPERM).
        public static let noPermission = Code(description: "no-permission")
        /// The server's memory is full and nothing may be evicted (OOM).
        public static let outOfMemory = Code(description: "out-of-memory")
        /// The server is still reading its data from disk (LOADING).
        public static let loading = Code(description: "loading")
        /// The server is a replica, or may not write (READONLY, MISCONF).
        public static let readOnly = Code(description: "read-only")
        /// The server does not know the script (NOSCRIPT).
        public static let noScript = Code(description: "no-script")
        /// A script has been running too long and holds the server up (BUSY).
        public static let busy = Code(description: "busy")
        /// The answer did not come in time. The command may have run, or may still run.
        public static let timeout = Code(description: "timeout")
        /// The connection broke before the answer came. The command may have run.
        public static let connectionLost = Code(description: "connection-lost")
        /// The server is known to be down, so the command was not sent.
        public static let unavailable = Code(description: "unavailable")
        /// No connection could be opened.
        public static let connectFailed = Code(description: "connect-failed")
        /// Too many commands are on their way already, so this one was not sent.
        public static let tooManyInFlight = Code(description: "too-many-in-flight")
        /// The command would disturb the others on the connection, so it was not sent.
        public static let notAllowed = Code(description: "not-allowed")
        /// The answer is not what the caller takes it for.
        public static let decoding = Code(description: "decoding")
        /// The configuration cannot be used.
        public static let configuration = Code(description: "configuration")
    }

    /// The kind of failure.
    public var code: Code
    /// What happened, in the server's words or ours.
    public var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Reads the server's error, whose first word tells its kind.
    init(reply: String) {
        self.init(Self.codes[reply.prefix { $0 != " " }] ?? .server, reply)
    }

    private static let codes: [Substring: Code] = [
        "WRONGTYPE": .wrongType, "NOAUTH": .noAuthentication, "WRONGPASS": .wrongPassword, "NOPERM": .noPermission,
        "OOM": .outOfMemory, "LOADING": .loading, "READONLY": .readOnly, "MISCONF": .readOnly, "NOSCRIPT": .noScript,
        "BUSY": .busy,
    ]

    /// True when the same command may well succeed a moment later.
    public var isTransient: Bool {
        [.loading, .busy, .timeout, .connectionLost, .unavailable, .connectFailed, .tooManyInFlight].contains(code)
    }
}

extension RedisError: CustomStringConvertible {
    /// One line with what an operator needs.
    public var description: String { "\(code): \(message)" }
}
