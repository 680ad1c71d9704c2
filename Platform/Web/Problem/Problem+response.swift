import HTTPTypes
import StrictJSON

extension Problem {
    /// The media type of problems.
    public static let contentType = "application/problem+json"

    /// The problem as the reply to one request.
    public func response(to request: Request) -> Response { response(instance: request.path, requestID: request.id) }

    /// The problem as the reply to one request.
    func response(instance: String, requestID: String) -> Response {
        var fields = headers
        fields[.contentType] = Self.contentType
        if let retryAfter { fields[.retryAfter] = String(retryAfter) }
        if code.status == .unauthorized, fields[.wwwAuthenticate] == nil { fields[.wwwAuthenticate] = challenge }
        return Response(
            status: code.status,
            headers: fields,
            body: .bytes(json(instance: instance, requestID: requestID).bytes)
        )
    }

    private func json(instance: String, requestID: String) -> JSON {
        var object: JSONObject = [
            "type": .string(code.type),
            "title": .string(code.title),
            "status": .integer(code.status.code),
            "detail": .string(detail),
            "instance": .string(instance),
            "code": .string(code.name),
            "requestId": .string(requestID),
        ]
        if !errors.isEmpty { object["errors"] = .array(errors.map(\.json)) }
        if let retryAfter { object["retryAfter"] = .integer(retryAfter) }
        return .object(object)
    }

    /// RFC 6750 §3: the reason is told only to whoever sent a token.
    private var challenge: String {
        switch code {
        case .tokenExpired, .invalidToken: "Bearer error=\"invalid_token\", error_description=\"\(code.title)\""
        default: "Bearer"
        }
    }

    static let schema = Schema.object(
        "Problem",
        [
            .required("type", .string(), "The page that explains this kind of problem"),
            .required("title", .string(), "The kind of problem in words"),
            .required("status", .integer(min: 400, max: 599), "The HTTP status"),
            .required("detail", .string(), "This occurrence in words, with the fix"),
            .required("instance", .string(), "The path of the request"),
            .required("code", .string(), "The kind of problem as a stable name; decide by this"),
            .required("requestId", .string(), "Names the request in our log"),
            .optional("errors", .array(FieldError.schema), "Every field at fault"),
            .optional("retryAfter", .integer(min: 0), "Seconds after which to try again"),
        ]
    )
}
