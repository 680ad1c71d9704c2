public import HTTPTypes

extension Endpoint {
    /// An operation without a body.
    ///
    /// Every `{name}` of the path is a UUID unless `path` declares it otherwise. `headers` are those the handler reads from
    /// ``Request/headers``; they are checked before it runs. `fails` lists the problems the handler itself
    /// may end in; those of routing, access and validation are known.
    public init<Output>(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ operationID: String,
        _ summary: String,
        access: Access,
        path pathParameters: [Parameter] = [],
        query: [Parameter] = [],
        headers: [Parameter] = [],
        returns success: Success<Output>,
        fails failures: [ProblemCode] = [],
        handler: @escaping @Sendable (Request) async throws -> Reply<Output>
    ) {
        self.init(
            method,
            path,
            operationID,
            summary,
            access: access,
            path: pathParameters,
            query: query,
            headers: headers,
            responses: [success.declaration],
            failures: failures
        ) { request in
            try await handler(request).response(as: success.declaration)
        }
    }

    /// An operation with a JSON body, which reaches the handler only when nothing is wrong with it.
    public init<Input: RequestBody, Output>(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ operationID: String,
        _ summary: String,
        access: Access,
        path pathParameters: [Parameter] = [],
        query: [Parameter] = [],
        headers: [Parameter] = [],
        accepts input: Input.Type,
        returns success: Success<Output>,
        fails failures: [ProblemCode] = [],
        handler: @escaping @Sendable (Request, Input) async throws -> Reply<Output>
    ) {
        self.init(
            method,
            path,
            operationID,
            summary,
            access: access,
            path: pathParameters,
            query: query,
            headers: headers,
            accepts: Content(mediaType: "application/json", schema: Input.schema),
            responses: [success.declaration],
            failures: failures
        ) { request in
            try await handler(request, try Input(body: request.body)).response(as: success.declaration)
        }
    }

    /// An operation that takes the raw bytes of the body, as signed webhooks need it; read them from ``Request/body``.
    public init<Output>(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ operationID: String,
        _ summary: String,
        access: Access,
        path pathParameters: [Parameter] = [],
        query: [Parameter] = [],
        headers: [Parameter] = [],
        acceptsBytes mediaType: String,
        returns success: Success<Output>,
        fails failures: [ProblemCode] = [],
        handler: @escaping @Sendable (Request) async throws -> Reply<Output>
    ) {
        self.init(
            method,
            path,
            operationID,
            summary,
            access: access,
            path: pathParameters,
            query: query,
            headers: headers,
            accepts: Content(mediaType: mediaType, schema: .any),
            responses: [success.declaration],
            failures: failures
        ) { request in
            try await handler(request).response(as: success.declaration)
        }
    }
}

extension Reply {
    /// The reply as the endpoint sends it.
    public func response(for endpoint: Endpoint) throws -> Response {
        guard let declaration = endpoint.responses.first else {
            throw Undeclared(what: "a response", endpoint: endpoint.operationID)
        }
        return try response(as: declaration)
    }

    fileprivate func response(as declaration: ResponseDeclaration) throws -> Response {
        assert(status == declaration.status, "The reply is \(status), but \(declaration.status) is declared")
        var fields = headers
        if let content = declaration.content, fields[.contentType] == nil {
            fields[.contentType] = content.headerValue
        }
        var response = Response(status: status, headers: fields, body: try output.body())
        response.nextCursor = (output as? any Paged)?.nextCursor
        return response
    }
}
