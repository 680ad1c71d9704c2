import HTTPTypes

/// What a request is for: the path and the query of its target, and what is there.
struct Destination: Sendable {
    let path: Substring
    let query: Substring?
    /// What is at the path; nil when nothing is.
    let match: RouteTable.Match?
    /// What answers; nil when nothing at the path knows the method.
    let route: Route?

    init(_ head: HTTPRequest, in routes: RouteTable) {
        let target = Self.originForm(head.path ?? "")
        let end = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        path = target[..<(end ?? target.endIndex)]
        query = end.map { target[target.utf8.index(after: $0)...] }
        match = routes.match(path)
        route = match?.methods.route(for: head.method)
    }

    /// The path and query of a target that may name the server too (RFC 9112 §3.2.2).
    private static func originForm(_ target: String) -> Substring {
        guard target.utf8.first != UInt8(ascii: "/") else { return target[...] }
        let lowercased = target.prefix(8).lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lowercased.hasPrefix($0) }) else {
            return target[...]
        }
        let path = target.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" }
        return path.first == "/" ? path : "/\(path)"
    }
}
