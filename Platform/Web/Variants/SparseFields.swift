import StrictJSON

/// What clients may choose from in `fields`: the members of a resource or, where there is a list, of each of its items.
///
/// Known from the schema of the reply, so that an endpoint has to say nothing. What is left out is taken out of the reply
/// that the handler made; its `ETag` names what is sent.
struct SparseFields: Sendable {
    private let members: [Field]
    private let list: [Field]?

    /// Nil for what is neither an object nor a list of objects.
    init?(_ content: Content?) {
        guard let content, content.mediaType == "application/json", let fields = content.schema.members else {
            return nil
        }
        let items = fields.first { $0.name == "data" }?.schema.element?.members
        (members, list) = (items ?? fields, items == nil ? nil : fields)
    }

    /// The parameter as it is declared.
    var parameter: Parameter {
        let whose = list == nil ? "" : " of each item"
        let meaning = "Send only these members\(whose), separated by commas; the ETag is that of what is sent"
        var parameter = Parameter.string("fields", meaning, min: 0)
        parameter.choices = members.map(\.name)
        return parameter
    }

    /// What is sent, whether anything is left out or not.
    func schema(_ whole: Schema) -> JSON {
        let sparse = Schema(.object(ObjectRules(name: nil, fields: members.map(\.optional))))
        guard let list else { return ["anyOf": [whole.openAPI, sparse.openAPI]] }
        let fields = list.map { $0.name == "data" ? $0.with(.array(sparse)) : $0 }
        let page = Schema(.object(ObjectRules(name: nil, fields: fields)))
        return ["anyOf": [whole.openAPI, page.openAPI]]
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
        if list == nil {
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

extension Field {
    fileprivate var optional: Field { .optional(name, schema, description) }

    fileprivate func with(_ schema: Schema) -> Field {
        Field(name: name, schema: schema, description: description, isRequired: isRequired)
    }
}

extension Schema {
    /// What an object has; nil for anything else.
    fileprivate var members: [Field]? {
        guard case .object(let rules) = kind else { return nil }
        return rules.fields
    }

    /// What an array is made of; nil for anything else.
    fileprivate var element: Schema? {
        guard case .array(let element, _) = kind else { return nil }
        return element
    }
}
