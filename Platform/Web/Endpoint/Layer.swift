public import HTTPTypes

/// Something around every handler: idempotency, writes that are waited for.
///
/// It runs after routing, access and the reading of the body, and inside the request's deadline. What it throws becomes a
/// problem like anything a handler throws.
public struct Layer: Sendable {
    /// The rest of the way to the handler.
    public typealias Next = @Sendable (Request) async throws -> Response

    /// Does its part and calls `next`, or answers by itself.
    public let around: @Sendable (Request, @escaping Next) async throws -> Response

    let problems: [ProblemCode]
    let headers: [HTTPField.Name]

    /// A layer that does this; `problems` and `headers` are what it may add to any reply, for the description of the API.
    public init(
        problems: [ProblemCode] = [],
        headers: [HTTPField.Name] = [],
        around: @escaping @Sendable (Request, @escaping Next) async throws -> Response
    ) {
        self.around = around
        self.problems = problems
        self.headers = headers
    }
}

extension Endpoint {
    /// The same endpoint inside these layers, the first one outermost.
    func inside(_ layers: [Layer]) -> Endpoint {
        var endpoint = self
        endpoint.handler = layers.reversed().reduce(handler) { next, layer in
            { request in try await layer.around(request, next) }
        }
        return endpoint.adding(layers.flatMap(\.problems), layers.flatMap(\.headers))
    }

    /// The same endpoint with what something around it may add to any reply.
    func adding(_ problems: [ProblemCode], _ headers: [HTTPField.Name]) -> Endpoint {
        var endpoint = self
        endpoint.failures += problems
        for index in endpoint.responses.indices { endpoint.responses[index].headers += headers }
        return endpoint
    }
}
