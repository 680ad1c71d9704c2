import HTTPTypes

extension Response {
    /// The reply with `Link` to the next page and to the first (RFC 8288), if it is one page of several.
    func linked(from exchange: Exchange) -> Response {
        guard let nextCursor, exchange.route?.endpoint.queryParameters.contains(where: { $0.name == "cursor" }) == true
        else {
            return self
        }
        let others = (exchange.destination.query ?? "").split(separator: "&").filter { !$0.hasPrefix("cursor=") }
        func link(_ parameters: [Substring], _ relation: String) -> String {
            let query = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
            return "<\(exchange.path)\(query)>; rel=\"\(relation)\""
        }
        var response = self
        response.headers[.link] = [
            link(others + ["cursor=\(nextCursor.percentEncoded)"], "next"), link(others, "first"),
        ]
        .joined(separator: ", ")
        return response
    }
}
