public import HTTPTypes

/// One operation of the API: how it is called, who may, what it takes and gives, and the closure that does it.
///
/// The same value routes the request, checks it and appears in the OpenAPI document.
public struct Endpoint: Sendable {
    typealias Handler = @Sendable (Request) async throws -> Response

    /// The method.
    public let method: HTTPRequest.Method
    /// The path with its parameters in braces.
    public var path: String { pattern.text }
    /// The name that generated clients give the operation; unique in the API.
    public let operationID: String
    /// What it does, in a few words.
    public let summary: String
    /// Who may use it.
    public let access: Access
    /// The listeners whose projections it reads or decides by; see ``reads(projections:)``.
    public internal(set) var projections: [String] = []
    var letsClientsWait = false
    var ownLimit: RateLimit?
    var isCounted = false
    var ownDeadline: Duration?

    /// How everybody may keep a reply; nil if nobody may.
    var sharing: Sharing?

    let pattern: PathPattern
    let pathParameters: [Parameter]
    let queryParameters: [Parameter]
    var headerParameters: [Parameter]
    let accepts: Content?
    /// What clients may have left out of replies; nil if nothing.
    let sparse: SparseFields?
    var responses: [ResponseDeclaration]
    var failures: [ProblemCode]
    var handler: Handler

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ operationID: String,
        _ summary: String,
        access: Access,
        path pathParameters: [Parameter] = [],
        query: [Parameter] = [],
        headers: [Parameter] = [],
        accepts: Content? = nil,
        responses: [ResponseDeclaration],
        failures: [ProblemCode] = [],
        handler: @escaping Handler
    ) {
        let pattern = PathPattern(path)
        for parameter in pathParameters {
            precondition(
                pattern.parameterNames.contains(parameter.name),
                "\(operationID): the path \(path) has no {\(parameter.name)}"
            )
        }
        self.method = method
        self.operationID = operationID
        self.summary = summary
        self.access = access
        self.pattern = pattern
        self.pathParameters = pattern.parameterNames.map { name in
            pathParameters.first { $0.name == name } ?? .id(name)
        }
        sparse = method == .get ? SparseFields(responses.first?.content) : nil
        queryParameters = query + [sparse?.parameter].compactMap(\.self)
        headerParameters = headers
        self.accepts = accepts
        self.responses = responses
        self.failures = failures
        self.handler = sparse?.choosing(from: handler) ?? handler
    }
}
