/// Anything that went wrong between a statement and its answer. Every failure of the server keeps its SQLSTATE.
public struct DatabaseError: Error, Sendable {
    /// What kind of failure it is, for callers that decide by it.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// The server refused or failed the statement; see `sqlState`.
        public static let server = Code(description: "server")
        /// A unique index already holds these values (23505).
        public static let uniqueViolation = Code(description: "unique-violation")
        /// A foreign key names a row that is not there, or is still needed (23503).
        public static let foreignKeyViolation = Code(description: "foreign-key-violation")
        /// A CHECK, NOT NULL or exclusion constraint refused the row (23502, 23514, 23P01).
        public static let constraintViolation = Code(description: "constraint-violation")
        /// Two transactions collided and this one gave way (40001, 40P01); running it again is safe.
        public static let serializationFailure = Code(description: "serialization-failure")
        /// The statement ran longer than it may (57014), or waited too long for a lock (55P03).
        public static let timeout = Code(description: "timeout")
        /// The connection broke before the answer came.
        public static let connectionLost = Code(description: "connection-lost")
        /// The connection broke while COMMIT was on its way: the transaction may have happened.
        public static let commitUnknown = Code(description: "commit-unknown")
        /// No connection could be opened.
        public static let connectFailed = Code(description: "connect-failed")
        /// No connection came free in time, or too many callers wait already.
        public static let poolExhausted = Code(description: "pool-exhausted")
        /// A parameter cannot be sent, such as a text with NUL.
        public static let encoding = Code(description: "encoding")
        /// A column cannot be read as the type that was asked for.
        public static let decoding = Code(description: "decoding")
        /// The configuration cannot be used.
        public static let configuration = Code(description: "configuration")
    }

    /// The kind of failure.
    public var code: Code
    /// What happened, in the server's words or ours. It may quote values and is not for clients' eyes.
    public var message: String
    /// The server's five-character code (Postgres manual, appendix A).
    public var sqlState: String?
    /// The server's DETAIL line.
    public var detail: String?
    /// The constraint that was violated.
    public var constraint: String?
    /// The text of the statement, without its parameters.
    public var statement: String?
    /// What else failed afterwards, such as the rollback.
    public var alsoFailed: [String] = []

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The body of a transaction swallowed a statement's error; the server could only roll back.
    static var doomed: DatabaseError {
        var error = DatabaseError(.server, "nothing was committed: a statement failed and its error was not passed on")
        error.sqlState = "25P02"
        return error
    }

    var isAboutTheConnection: Bool { code == .connectionLost || code == .commitUnknown }

    /// True when the same request may well succeed a moment later.
    public var isTransient: Bool {
        [.serializationFailure, .timeout, .connectionLost, .connectFailed, .poolExhausted].contains(code)
    }
}

extension DatabaseError: CustomStringConvertible {
    /// One line with what an operator needs.
    public var description: String {
        var text = "\(code): \(message)"
        if let sqlState { text += " [SQLSTATE \(sqlState)]" }
        if let constraint { text += " [constraint \(constraint)]" }
        if let statement { text += " [statement \(statement)]" }
        for failure in alsoFailed { text += " [then \(failure)]" }
        return text
    }
}

extension DatabaseError.Code {
    init(sqlState: String) {
        switch sqlState {
        case "23505": self = .uniqueViolation
        case "23503": self = .foreignKeyViolation
        case "23502", "23514", "23P01": self = .constraintViolation
        case "40001", "40P01": self = .serializationFailure
        case "57014", "55P03", "25P03": self = .timeout
        case "57P01", "57P02", "57P03": self = .connectionLost
        default: self = .server
        }
    }
}
