public import Addresses
public import HTTPTypes
public import Identifiers
public import Logging

/// What a handler sees of a request: checked parameters, the proven identity, and the whole body.
public struct Request: Sendable {
    /// Names the request in logs, in problems and in the reply's `X-Request-ID`.
    public let id: String
    /// The method as sent.
    public let method: HTTPRequest.Method
    /// The path as sent, without the query.
    public let path: String
    /// The header fields.
    public let headers: HTTPFields
    /// The checked query parameters.
    public let query: QueryValues
    /// The whole body, exactly as received.
    public let body: [UInt8]
    /// Who sent it: the peer, or whom a trusted proxy names. Nil where there are no addresses, as in tests.
    public let clientAddress: IPAddress?
    let route: Route
    /// In the order of the path.
    let pathValues: [String]
    let provenIdentity: Identity?
    let seal: CursorSeal
    let serverLogger: Logger

    /// The endpoint that answers.
    public var endpoint: Endpoint { route.endpoint }

    /// Writes the request's id with every line.
    public var logger: Logger { serverLogger.naming(request: id) }

    /// Who sent it; an endpoint that is open to anyone has no identity, and asking for it there is a programming error.
    public var identity: Identity {
        get throws {
            guard let provenIdentity else { throw Undeclared(what: "an identity", endpoint: endpoint.operationID) }
            return provenIdentity
        }
    }

    /// The identifier in the path, such as `{kid}`.
    public func id<Entity>(
        _ name: String,
        _ type: Identifier<Entity>.Type = Identifier<Entity>.self
    ) throws -> Identifier<Entity> {
        guard let id = Identifier<Entity>(try text(name)) else { throw Problem.notFound(name) }
        return id
    }

    /// The text in the path, percent-decoded.
    public func text(_ name: String) throws -> String {
        guard let index = route.endpoint.pathParameters.firstIndex(where: { $0.name == name }) else {
            throw Undeclared(what: "{\(name)}", endpoint: endpoint.operationID)
        }
        return pathValues[index]
    }

    /// `limit` and `cursor` of an endpoint whose query has `.paging`.
    ///
    /// - Throws: ``Problem`` 400 for a cursor that is none of this list's.
    public var paging: Paging {
        get throws {
            let sealed = query["cursor"].flatMap { $0.isEmpty ? nil : $0 }
            let list = route.endpoint.operationID
            return Paging(
                limit: query.integer("limit") ?? Paging.standardLimit,
                cursor: try sealed.map { try seal.open($0, of: list) }
            ) { [seal] in seal.seal($0, of: list) }
        }
    }
}

/// Which part of a feed is asked for.
public struct Paging: Sendable {
    /// How many items there are when nobody says.
    public static let standardLimit = 20
    /// At most this many items.
    public let limit: Int
    /// Where the previous page ended, as it was sealed then.
    public let cursor: String?
    /// Signs where this page ends, so that it can be sent.
    let seal: @Sendable (_ cursor: String) -> String

    init(limit: Int, cursor: String?, seal: @escaping @Sendable (String) -> String = { $0 }) {
        self.limit = limit
        self.cursor = cursor
        self.seal = seal
    }
}

/// A handler asked for something that its endpoint does not declare: a mistake of the module's author.
struct Undeclared: Error, CustomStringConvertible {
    let what: String
    let endpoint: String
    var description: String { "The endpoint \(endpoint) does not declare \(what)" }
}
