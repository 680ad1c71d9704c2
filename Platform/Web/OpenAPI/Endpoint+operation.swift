import HTTPTypes
import StrictJSON

extension Endpoint {
    /// The operation object of the OpenAPI document.
    func operation(tag: String, sharing common: CommonParts) -> JSON {
        var operation: JSONObject = [
            "operationId": .string(operationID),
            "summary": .string(summary),
            "tags": [.string(tag)],
        ]
        if !parameterParts.isEmpty { operation["parameters"] = .array(parameterParts.map(common.place)) }
        operation["requestBody"] = bodyPart.map(common.place)
        operation["responses"] = .object(
            JSONObject(replies.map { (String($0.status.code), common.place($0.part)) })
        )
        operation["security"] = access.requirement
        return .object(operation)
    }

    /// Everything of it that other operations may have too.
    var parts: [CommonParts.Part] {
        parameterParts + [bodyPart].compactMap { $0 } + replies.map(\.part)
    }

    private var parameterParts: [CommonParts.Part] {
        pathParameters.map { $0.part(in: "path") } + queryParameters.map { $0.part(in: "query") }
            + headerParameters.map { $0.part(in: "header") }
    }

    private var bodyPart: CommonParts.Part? {
        accepts.map { content in
            CommonParts.Part(
                section: "requestBodies",
                name: content.name,
                definition: [
                    "description": .string("What to send: \(content.words)"),
                    "required": true,
                    "content": .object([content.mediaType: content.openAPI]),
                ]
            )
        }
    }
}

extension Access {
    /// What it takes: a token, and the role of its account.
    fileprivate var requirement: JSON {
        switch self {
        case .anyone: []
        case .account: [["bearer": []]]
        case .parent: [["bearer": [.string(Role.parent.rawValue)]]]
        case .administrator: [["bearer": [.string(Role.administrator.rawValue)]]]
        }
    }
}

extension Parameter {
    fileprivate func part(in place: String) -> CommonParts.Part {
        let sent = choices.isEmpty ? schema : .array(.enumeration(choices), min: 1)
        let shown = sent.chosenExample ?? fallback ?? sent.example
        var definition = sent.example(Example(shown)).openAPI.object ?? [:]
        definition["default"] = fallback
        var parameter: JSONObject = ["name": .string(name), "in": .string(place)]
        parameter["description"] = (description.isEmpty && place == "path" ? "Which \(name)" : description).described
        parameter["required"] = .bool(isRequired || place == "path")
        if !choices.isEmpty { parameter["explode"] = false }
        parameter["schema"] = .object(definition)
        parameter["example"] = shown
        return CommonParts.Part(section: "parameters", name: name, definition: .object(parameter))
    }
}

extension Content {
    /// The media type object.
    var openAPI: JSON { ["schema": schema.openAPI, "example": schema.example] }

    /// The name of a component that is about it.
    var name: String { schema.componentName ?? "Document" }

    /// What it is, in a text.
    var words: String { schema.componentName.map { "`\($0)`" } ?? "a document of type `\(mediaType)`" }
}
