import HTTPTypes

extension Endpoint {
    /// The same endpoint, which lets clients wait for projections that it reads or decides by.
    ///
    /// Name listeners of the module's own, in full; what has to happen before they can hear of a write is found out. A
    /// name that no listener bears stops the program at start. An endpoint that reads no projection but a cache names
    /// none: whoever waits for a write there is answered past the cache.
    public func reads(projections names: [String]) -> Endpoint {
        var endpoint = self
        endpoint.projections = names
        endpoint.letsClientsWait = true
        endpoint.headerParameters.append(.waitFor)
        for index in endpoint.responses.indices { endpoint.responses[index].headers.append(.freshness) }
        return endpoint
    }
}

extension Parameter {
    fileprivate static var waitFor: Parameter {
        Parameter(
            HTTPField.Name.waitFor.rawName,
            .string(pattern: WaitFor.pattern).example("01a1fe79-9e29-7000-9093-d57451693055;timeout=200"),
            "Answer once what is read here has taken in these writes, as Storytime-Position named them; at most 500 ms "
                + "unless the operator chose otherwise, or less with ;timeout=MILLISECONDS"
        )
    }
}
