import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

extension Response {
    /// The answer to bytes that are no request: nobody else gets to see them.
    static func malformed(_ error: HTTPParserError) -> Response {
        let problem =
            switch error {
            case .headerOverflow: Problem(.headersTooLarge, "Send fewer or shorter header fields")
            default: Problem(.malformedRequest, "This is not HTTP/1.1")
            }
        let identifier = RequestIdentifier([:])
        var response = problem.response(instance: "", requestID: identifier.text)
        response.headers[.requestID] = identifier.text
        response.headers[.connection] = "close"
        response.addSecurityHeaders()
        return response
    }

    /// The parts in which a whole body goes out.
    var parts: [HTTPResponsePart] {
        guard case .bytes(let bytes) = body else { return [] }
        var head = HTTPResponse(status: status, headerFields: headers)
        head.headerFields[.contentLength] = String(bytes.count)
        return [.head(head), .body(ByteBuffer(bytes: bytes)), .end(nil)]
    }
}
