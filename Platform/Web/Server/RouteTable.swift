import HTTPTypes

/// An endpoint in service: one for all requests, as there is much to it.
final class Route: Sendable {
    let endpoint: Endpoint

    init(_ endpoint: Endpoint) { self.endpoint = endpoint }
}

/// Finds the endpoints of a path; words win over parameters, and `/kids` and `/kids/` are two paths.
///
/// One look-up knows every method of the path, which is what 405, `Allow`, HEAD and OPTIONS need.
struct RouteTable: Sendable {
    struct Match: Sendable {
        let methods: Methods
        let values: [String]
    }

    /// What one path can do.
    struct Methods: Sendable {
        fileprivate(set) var routes: [HTTPRequest.Method: Route] = [:]
        fileprivate(set) var allow = ""

        /// What answers a method; HEAD is answered by the endpoint of GET.
        func route(for method: HTTPRequest.Method) -> Route? {
            routes[method] ?? (method == .head ? routes[.get] : nil)
        }
    }

    private struct Node: Sendable {
        var words: [String: Int] = [:]
        var parameter: Int?
        var methods: Methods?
    }

    private var nodes = [Node()]

    /// - Precondition: no two endpoints share an operation id, or method and path.
    init(_ endpoints: [Endpoint]) {
        var operations: Set<String> = []
        for endpoint in endpoints {
            precondition(
                operations.insert(endpoint.operationID).inserted,
                "Two endpoints are called \(endpoint.operationID)"
            )
            add(endpoint)
        }
    }

    private mutating func add(_ endpoint: Endpoint) {
        let node = endpoint.pattern.segments.reduce(0) { node, segment in
            switch segment {
            case .literal(let word): nodes[node].words[word] ?? grow { $0.nodes[node].words[word] = $1 }
            case .parameter: nodes[node].parameter ?? grow { $0.nodes[node].parameter = $1 }
            }
        }
        var methods = nodes[node].methods ?? Methods()
        precondition(
            methods.routes.updateValue(Route(endpoint), forKey: endpoint.method) == nil,
            "Two endpoints answer \(endpoint.method) \(endpoint.path)"
        )
        var names = Set(methods.routes.keys.map(\.rawValue)).union(["OPTIONS"])
        if names.contains("GET") { names.insert("HEAD") }
        methods.allow = names.sorted().joined(separator: ", ")
        nodes[node].methods = methods
    }

    private mutating func grow(_ link: (inout RouteTable, Int) -> Void) -> Int {
        nodes.append(Node())
        link(&self, nodes.count - 1)
        return nodes.count - 1
    }

    /// The endpoints of a path and the values of their parameters in order; nil when nothing is there.
    func match(_ path: Substring) -> Match? {
        let slash = UInt8(ascii: "/")
        guard path.utf8.first == slash else { return nil }
        var segments: [String] = []
        for segment in path.utf8.dropFirst().split(separator: slash, omittingEmptySubsequences: false) {
            guard let text = Substring(segment).percentDecoded() else { return nil }
            segments.append(text)
        }
        var values: [String] = []
        guard let methods = find(segments[...], from: 0, &values) else { return nil }
        return Match(methods: methods, values: values)
    }

    private func find(_ segments: ArraySlice<String>, from node: Int, _ values: inout [String]) -> Methods? {
        guard let segment = segments.first else { return nodes[node].methods }
        if let next = nodes[node].words[segment], let found = find(segments.dropFirst(), from: next, &values) {
            return found
        }
        guard let next = nodes[node].parameter, !segment.isEmpty else { return nil }
        values.append(segment)
        if let found = find(segments.dropFirst(), from: next, &values) { return found }
        values.removeLast()
        return nil
    }
}
