import HTTPTypes

/// What an endpoint answers when all goes well; the handler's ``Reply`` has to be of this kind.
public struct Success<Output: ReplyBody>: Sendable {
    let declaration: ResponseDeclaration
}

extension Success where Output: ResponseBody {
    /// 200 with a JSON value.
    public static func ok(_ type: Output.Type) -> Success { json(.ok) { $0 } }

    /// 201 with the new resource and its `Location`.
    public static func created(_ type: Output.Type) -> Success { json(.created) { "The new \($0)" } }

    /// 202 with where to look for the result.
    public static func accepted(_ type: Output.Type) -> Success {
        json(.accepted) { "The work goes on; so far: \($0)" }
    }

    private static func json(_ status: HTTPResponse.Status, _ description: (_ words: String) -> String) -> Success {
        let content = Content(mediaType: "application/json", schema: Output.schema)
        return Success(
            declaration: ResponseDeclaration(
                status: status,
                description: description(content.words),
                content: content,
                headers: status == .created ? [.location] : []
            )
        )
    }
}

extension Success where Output == Nothing {
    /// 204.
    public static var noContent: Success {
        Success(declaration: ResponseDeclaration(status: .noContent, description: "Done", content: nil))
    }
}

extension Success where Output == Bytes {
    /// 200 with bytes of another media type, such as `text/html; charset=utf-8`.
    public static func bytes(_ mediaType: String) -> Success { Success(declaration: .document(mediaType)) }
}

extension Success where Output == Stream {
    /// 200 with a body that is made while it is sent, such as `text/event-stream` or `text/csv; charset=utf-8`.
    public static func stream(_ mediaType: String) -> Success { Success(declaration: .document(mediaType)) }
}

/// One status of an endpoint, for the OpenAPI document and for the reply's media type.
struct ResponseDeclaration: Sendable, Hashable {
    let status: HTTPResponse.Status
    let description: String
    let content: Content?
    var headers: [HTTPField.Name] = []
}

extension ResponseDeclaration {
    fileprivate static func document(_ mediaType: String) -> ResponseDeclaration {
        let content = Content(mediaType: mediaType, schema: mediaType.contains("json") ? .any : .string())
        return ResponseDeclaration(status: .ok, description: content.words, content: content)
    }
}

/// A media type and what is inside.
struct Content: Sendable, Hashable {
    let mediaType: String
    let schema: Schema

    /// The value of `Content-Type`.
    var headerValue: String { mediaType == "application/json" ? "application/json; charset=utf-8" : mediaType }
}
