public import HTTPTypes

/// The stable name of a kind of problem, with the status and title that go with it.
///
/// A module adds its own as static members of an extension; clients decide by the name, never by the text.
public struct ProblemCode: Sendable, Hashable {
    /// The name clients see in `code`, such as `QUOTA_EXCEEDED`.
    public let name: String
    /// The status it is sent with.
    public let status: HTTPResponse.Status
    /// The kind of problem in words; the same for every occurrence.
    public let title: String

    /// A kind of problem.
    public init(_ name: String, _ status: HTTPResponse.Status, _ title: String) {
        self.name = name
        self.status = status
        self.title = title
    }

    /// The `type` of the problem: the page that explains it.
    var type: String { "https://storytime.dev/problems/" + name.lowercased().replacing("_", with: "-") }
}

extension ProblemCode {
    /// No bearer token came with the request.
    public static let authenticationRequired = ProblemCode("AUTH_REQUIRED", .unauthorized, "Sign-in required")
    /// The e-mail address or the password is wrong.
    public static let invalidCredentials = ProblemCode(
        "AUTH_INVALID_CREDENTIALS",
        .unauthorized,
        "Credentials are not valid"
    )
    /// The token was good once.
    public static let tokenExpired = ProblemCode("AUTH_TOKEN_EXPIRED", .unauthorized, "Token has expired")
    /// The token is not one of ours, or was revoked.
    public static let invalidToken = ProblemCode("AUTH_INVALID_TOKEN", .unauthorized, "Token is not valid")
    /// The account's address is still to be confirmed.
    public static let emailNotVerified = ProblemCode("AUTH_EMAIL_NOT_VERIFIED", .forbidden, "E-mail is not verified")
    /// The account's role does not allow this.
    public static let invalidRole = ProblemCode("INVALID_ROLE", .forbidden, "Role does not allow this")
    /// There is no such thing, or it is not the caller's.
    public static let notFound = ProblemCode("RESOURCE_NOT_FOUND", .notFound, "Resource not found")
    /// Something with the same key is there already.
    public static let alreadyExists = ProblemCode("RESOURCE_ALREADY_EXISTS", .conflict, "Resource already exists")
    /// The resource is in a state that does not allow this.
    public static let conflict = ProblemCode("CONFLICT", .conflict, "State does not allow this")
    /// The plan's allowance is used up.
    public static let quotaExceeded = ProblemCode("QUOTA_EXCEEDED", .forbidden, "Quota exceeded")
    /// The plan does not include this.
    public static let subscriptionRequired = ProblemCode(
        "SUBSCRIPTION_REQUIRED",
        HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required"),
        "Subscription required"
    )
    /// Too many requests in a short time.
    public static let rateLimited = ProblemCode("RATE_LIMITED", .tooManyRequests, "Too many requests")
}

extension ProblemCode {
    /// Fields or parameters do not fit; all of them are listed in `errors`.
    public static let validationFailed = ProblemCode("VALIDATION_FAILED", .unprocessableContent, "Validation failed")
    /// The request itself breaks HTTP.
    public static let malformedRequest = ProblemCode("MALFORMED_REQUEST", .badRequest, "Malformed request")
    /// The body is not strict JSON.
    public static let malformedBody = ProblemCode("MALFORMED_BODY", .badRequest, "Malformed body")
    /// The path exists, but not for this method; `Allow` names those it has.
    public static let methodNotAllowed = ProblemCode("METHOD_NOT_ALLOWED", .methodNotAllowed, "Method not allowed")
    /// The body has a media type that is not accepted here.
    public static let unsupportedMediaType = ProblemCode(
        "UNSUPPORTED_MEDIA_TYPE",
        .unsupportedMediaType,
        "Unsupported media type"
    )
    /// The body is larger than the limit.
    public static let payloadTooLarge = ProblemCode("PAYLOAD_TOO_LARGE", .contentTooLarge, "Body too large")
    /// The header fields are larger than the limit.
    public static let headersTooLarge = ProblemCode(
        "HEADERS_TOO_LARGE",
        .requestHeaderFieldsTooLarge,
        "Header fields too large"
    )
    /// What is there now is not the version that the request was meant for.
    public static let preconditionFailed = ProblemCode(
        "PRECONDITION_FAILED",
        .preconditionFailed,
        "Changed in the meantime"
    )
    /// A change has to say which version it was meant for, in `If-Match`.
    public static let preconditionRequired = ProblemCode(
        "PRECONDITION_REQUIRED",
        .preconditionRequired,
        "Precondition required"
    )
    /// The body did not arrive in time.
    public static let requestTimeout = ProblemCode(
        "REQUEST_TIMEOUT",
        .requestTimeout,
        "Request took too long to arrive"
    )
    /// The answer was not ready in time.
    public static let deadlineExceeded = ProblemCode("DEADLINE_EXCEEDED", .serviceUnavailable, "Deadline exceeded")
    /// Something needed is down; try again later.
    public static let serviceUnavailable = ProblemCode(
        "SERVICE_UNAVAILABLE",
        .serviceUnavailable,
        "Service unavailable"
    )
    /// A mistake of ours; the request id finds it in the log.
    public static let `internal` = ProblemCode("INTERNAL", .internalServerError, "Internal error")
}
