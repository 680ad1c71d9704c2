extension Endpoint {
    /// The same endpoint with one more header field, which a layer around its handler acts upon.
    public func taking(_ header: Parameter, failing failures: [ProblemCode], inside layer: Layer) -> Endpoint {
        var endpoint = inside([layer])
        endpoint.headerParameters.append(header)
        endpoint.failures += failures
        return endpoint
    }
}
