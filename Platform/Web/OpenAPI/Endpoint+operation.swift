import HTTPTypes
import StrictJSON

extension Endpoint {
    /// The operation object of the OpenAPI document.
    func operation(tag: String) -> JSON {
        var operation: JSONObject = [
            "operationId": .string(operationID),
            "summary": .string(summary),
            "tags": [.string(tag)],
        ]
        let parameters =
            pathParameters.map { $0.openAPI(in: "path") } + queryParameters.map { $0.openAPI(in: "query") }
            + headerParameters.map { $0.openAPI(in: "header") }
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let accepts {
            operation["requestBody"] = ["required": true, "content": accepts.openAPI]
        }
        operation["responses"] = documentedResponses
        operation["security"] = access == .anyone ? [] : [["bearer": []]]
        return .object(operation)
    }

    private var documentedResponses: JSON {
        var responses = JSONObject()
        for response in self.responses {
            var headers: [HTTPField.Name] = method.isSafe ? [] : [.position]
            if isConditional, response.status == .ok { headers.append(.eTag) }
            if queryParameters.contains(where: { $0.name == "cursor" }) { headers.append(.link) }
            responses[String(response.status.code)] = response.openAPI(with: headers, sparse)
        }
        if isConditional { responses["304"] = Self.notModified }
        let problems = Dictionary(grouping: possibleProblems, by: \.status)
        for (status, codes) in problems.sorted(by: { $0.key.code < $1.key.code }) {
            let key = String(status.code)
            if var response = responses[key]?.object, var content = response["content"]?.object {
                content[Problem.contentType] = Self.problemContent
                response["content"] = .object(content)
                responses[key] = .object(response)
            } else {
                responses[key] = problem(status, codes)
            }
        }
        return .object(responses)
    }

    /// Whether clients may ask for it by the version that they have.
    private var isConditional: Bool { method == .get && (access == .account || access == .parent || sharing != nil) }

    private static let notModified: JSON = [
        "description": "If-None-Match names the version that there is",
        "headers": OpenAPI.references(to: [.requestID, .eTag]),
    ]

    /// Every problem a client of this endpoint may meet, the handler's own and those of the way to it.
    private var possibleProblems: [ProblemCode] {
        var codes: [ProblemCode] = [.malformedRequest, .internal, .deadlineExceeded, .serviceUnavailable]
        codes += [.payloadTooLarge, .requestTimeout]
        if access != .anyone { codes += [.authenticationRequired, .invalidToken, .tokenExpired] }
        if access == .parent || access == .administrator { codes.append(.invalidRole) }
        if !pathParameters.isEmpty { codes.append(.notFound) }
        if accepts != nil { codes += [.malformedBody, .unsupportedMediaType, .validationFailed] }
        if accepts == nil { codes.append(.validationFailed) }
        return codes + failures.filter { !codes.contains($0) }
    }

    private func problem(_ status: HTTPResponse.Status, _ codes: [ProblemCode]) -> JSON {
        var headers: [HTTPField.Name] = [.requestID]
        switch status {
        case .unauthorized: headers.append(.wwwAuthenticate)
        case .methodNotAllowed: headers.append(.allow)
        case .unsupportedMediaType: headers.append(method == .patch ? .acceptPatch : .acceptPost)
        case .serviceUnavailable: headers.append(.retryAfter)
        case .tooManyRequests: headers += [.retryAfter, .rateLimit, .rateLimitPolicy]
        default: break
        }
        return [
            "description": .string(codes.map { "\($0.title) (\($0.name))" }.joined(separator: "; ")),
            "headers": OpenAPI.references(to: headers),
            "content": [Problem.contentType: Self.problemContent],
        ]
    }

    private static var problemContent: JSON { ["schema": Problem.schema.openAPI] }
}

extension ResponseDeclaration {
    fileprivate func openAPI(with more: [HTTPField.Name], _ sparse: SparseFields?) -> JSON {
        var response: JSONObject = [
            "description": .string(description),
            "headers": OpenAPI.references(to: [.requestID] + headers + more),
        ]
        if let content {
            let schema = sparse?.schema(content.schema) ?? content.schema.openAPI
            response["content"] = .object([content.mediaType: ["schema": schema]])
        }
        return .object(response)
    }
}

extension Content {
    fileprivate var openAPI: JSON { .object([mediaType: ["schema": schema.openAPI]]) }
}

extension Parameter {
    fileprivate func openAPI(in place: String) -> JSON {
        var definition = listSchema.openAPI.object ?? [:]
        definition["default"] = fallback
        var parameter: JSONObject = [
            "name": .string(name),
            "in": .string(place),
            "required": .bool(isRequired || place == "path"),
            "schema": .object(definition),
        ]
        if !choices.isEmpty { parameter["explode"] = false }
        if !description.isEmpty { parameter["description"] = .string(description) }
        if let example { parameter["example"] = .string(example) }
        return .object(parameter)
    }

    private var listSchema: Schema { choices.isEmpty ? schema : .array(.enumeration(choices), min: 1) }
}
