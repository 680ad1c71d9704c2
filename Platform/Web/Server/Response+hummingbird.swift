import HummingbirdCore
import NIOCore

extension Response {
    /// The reply as Hummingbird writes it; whole bodies go out with their head in one write.
    func hummingbird(withoutBody: Bool) -> HummingbirdCore.Response {
        let response = HummingbirdCore.Response(status: status, headers: headers, body: body.hummingbird)
        return withoutBody ? response.createHeadResponse() : response
    }
}

extension Response.Body {
    fileprivate var hummingbird: HummingbirdCore.ResponseBody {
        switch self {
        case .bytes([]): HummingbirdCore.ResponseBody()
        case .bytes(let bytes): HummingbirdCore.ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        case .stream(let stream): stream.chunks
        }
    }
}
