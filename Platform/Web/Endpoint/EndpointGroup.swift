/// The endpoints of one module, which share a heading in the OpenAPI document.
public struct EndpointGroup: Sendable {
    /// The heading, such as `Kids`.
    public let name: String
    /// What the module is for.
    public let description: String
    /// The operations.
    public let endpoints: [Endpoint]

    /// A group; its name must be unique in the API.
    public init(_ name: String, _ description: String, _ endpoints: [Endpoint]) {
        self.name = name
        self.description = description
        self.endpoints = endpoints
    }
}
