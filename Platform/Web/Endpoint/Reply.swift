public import HTTPTypes
import StrictJSON

/// What a handler answers: a value with its status and header fields.
public struct Reply<Output: ReplyBody>: Sendable {
    let status: HTTPResponse.Status
    let output: Output
    var headers: HTTPFields = [:]

    /// 200 with a value.
    public static func ok(_ output: Output) -> Reply { Reply(status: .ok, output: output) }

    /// 201 with the new resource and the path where it is from now on.
    public static func created(_ output: Output, location: String) -> Reply {
        Reply(status: .created, output: output).with(.location, location)
    }

    /// 202: the work is going on; the value says where to look.
    public static func accepted(_ output: Output) -> Reply { Reply(status: .accepted, output: output) }

    /// The same reply with one more header field.
    public func with(_ name: HTTPField.Name, _ value: String) -> Reply {
        var reply = self
        reply.headers[name] = value
        return reply
    }
}

extension Reply where Output == Nothing {
    /// 204.
    public static var noContent: Reply { Reply(status: .noContent, output: Nothing()) }
}

/// What a reply can carry; values conform through ``ResponseBody``.
public protocol ReplyBody: Sendable {
    /// The body, encoded once.
    func body() throws -> Response.Body
}

/// A value that is sent as JSON.
public protocol ResponseBody: ReplyBody, Encodable, Described {}

extension ResponseBody {
    /// The value as compact JSON.
    public func body() throws -> Response.Body { .bytes(try JSON(encoding: self).bytes) }
}

/// A value that is read from a JSON body, after the schema has found nothing wrong with it.
public protocol RequestBody: Decodable, Sendable, Described {}

/// No body.
public struct Nothing: ReplyBody {
    /// No bytes.
    public func body() -> Response.Body { .bytes([]) }
}

/// A body that is not JSON of ours; its media type is in the endpoint's declaration.
public struct Bytes: ReplyBody {
    private let bytes: [UInt8]

    /// These bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// This text in UTF-8.
    public init(_ text: String) { bytes = Array(text.utf8) }

    /// The bytes as they are.
    public func body() -> Response.Body { .bytes(bytes) }
}
