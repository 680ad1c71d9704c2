import StrictJSON

/// What clients may choose from in `fields`: the members of a resource or, where there is a list, of each of its items.
///
/// Known from the schema of the reply, so that an endpoint has to say nothing. What is left out is taken out of the reply
/// that the handler made; its `ETag` names the whole version too, and so serves `If-Match`.
struct SparseFields: Sendable {
    /// The reply when nothing is left out.
    private let whole: Schema
    private let members: [Field]
    private let isList: Bool
    /// What the members are those of.
    private let owner: String

    /// Nil for what is neither an object nor a list of objects.
    init?(_ content: Content?) {
        guard let content, content.mediaType == "application/json", let name = content.schema.componentName else {
            return nil
        }
        whole = content.schema
        let item = whole.fields.first { $0.name == "data" }?.schema.element
        isList = item?.componentName != nil
        members = isList ? item?.fields ?? [] : whole.fields
        owner = item?.componentName ?? name
    }

    /// The parameter as it is declared.
    var parameter: Parameter {
        let whose = isList ? "each" : "the"
        let meaning =
            "Send only these members of \(whose) `\(owner)`, separated by commas; the ETag serves If-Match as well"
        var parameter = Parameter.string("fields", meaning, min: 0)
        parameter.choices = members.map(\.name)
        return parameter
    }

    /// The reply, whether anything is left out or not.
    var openAPI: JSON {
        let schema: JSON = ["anyOf": [whole.openAPI, part.openAPI], "example": whole.example]
        return ["schema": schema, "example": whole.example]
    }

    /// The reply when something is left out. Its members are described as those of the whole.
    var part: Schema {
        let part = Schema.object(
            "Sparse\(owner)",
            "Those members of a `\(owner)` that `fields` names",
            members.map { .optional($0.name, $0.schema) }
        )
        guard isList, let name = whole.componentName else { return part }
        return .object(
            "Sparse\(name)",
            "A `\(name)` with only the members that `fields` names",
            whole.fields.map { .required($0.name, $0.name == "data" ? .array(part) : $0.schema) }
        )
    }

    /// The same handler, whose replies have only the members that were asked for.
    func choosing(from handler: @escaping Endpoint.Handler) -> Endpoint.Handler {
        { request in
            guard let text = request.query["fields"] else { return try await handler(request) }
            let names = try names(in: text)
            return prune(try await handler(request), to: names)
        }
    }

    private func names(in text: String) throws(Problem) -> Set<String> {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
        guard let unknown = names.first(where: { name in !members.contains { $0.name == name } }) else {
            return Set(names)
        }
        let advice = "Choose from " + members.map(\.name).joined(separator: ", ")
        throw Problem(
            .malformedRequest,
            "There is no field \"\(unknown.prefix(64))\" here. \(advice)",
            errors: [.parameter("fields", .unknownField, advice)]
        )
    }

    private func prune(_ response: Response, to names: Set<String>) -> Response {
        guard case .bytes(let bytes) = response.body, var whole = try? JSON(parsing: bytes).object else {
            return response
        }
        var response = response
        response.partTag = EntityTag(of: bytes).part(names)
        if !isList {
            whole = whole.keeping(names)
        } else {
            let items = whole["data"]?.array ?? []
            whole["data"] = .array(items.map { item in item.object.map { .object($0.keeping(names)) } ?? item })
        }
        response.body = .bytes(JSON.object(whole).bytes)
        return response
    }
}

extension JSONObject {
    fileprivate func keeping(_ names: Set<String>) -> JSONObject {
        JSONObject(members.lazy.filter { names.contains($0.name) }.map { ($0.name, $0.value) })
    }
}

extension Schema {
    /// What an array is made of; nil for anything else.
    fileprivate var element: Schema? {
        guard case .array(let element, _) = kind else { return nil }
        return element
    }
}
