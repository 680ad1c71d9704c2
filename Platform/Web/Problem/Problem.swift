public import HTTPTypes
import StrictJSON

/// What a client is told when something did not work: problem details of RFC 9457, thrown by whoever notices.
///
/// The detail is meant for the client's developer: it names the field and the fix and never carries secrets.
public struct Problem: Error, Sendable, Hashable {
    /// The kind of problem.
    public let code: ProblemCode
    /// This occurrence in words.
    public let detail: String
    /// Every field at fault.
    public var errors: [FieldError] = []
    /// Seconds after which trying again makes sense.
    public var retryAfter: Int?
    /// Header fields that belong to it.
    public var headers: HTTPFields = [:]

    /// A problem of that kind; without a detail the kind's title has to do.
    public init(
        _ code: ProblemCode,
        _ detail: String? = nil,
        errors: [FieldError] = [],
        retryAfter: Int? = nil,
        headers: HTTPFields = [:]
    ) {
        self.code = code
        self.detail = detail ?? code.title
        self.errors = errors
        self.retryAfter = retryAfter
        self.headers = headers
    }

    /// There is no such thing, or it is not the caller's; both look the same from outside.
    public static func notFound(_ what: String) -> Problem { Problem(.notFound, "There is no such \(what)") }

    /// These fields or parameters do not fit.
    public static func validation(_ errors: [FieldError]) -> Problem {
        let count = errors.count == 1 ? "One value does" : "\(errors.count) values do"
        return Problem(.validationFailed, "\(count) not fit; see errors", errors: errors)
    }
}

/// An error that knows which problem it is to a client.
///
/// A module's errors conform in one extension.
public protocol ProblemConvertible: Error {
    /// The problem a client is told.
    var problem: Problem { get }
}

extension Problem: ProblemConvertible {
    /// Itself.
    public var problem: Problem { self }
}
