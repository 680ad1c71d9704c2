import Gzip
import HTTPTypes

extension Exchange {
    /// The body as the endpoint wants it: JSON may come compressed, signed bytes come as they are.
    ///
    /// - Throws: ``Problem`` 415 for an encoding that is not taken here, 400 for a broken one, and 413 for a body that
    ///   grows over the limit, before it does.
    func decoded(_ body: [UInt8], for content: Content?, limit: Int) throws -> [UInt8] {
        let encoding = head.headerFields[.contentEncoding]?.lowercased() ?? "identity"
        guard let content, encoding != "identity" else { return body }
        let takesGzip = content.mediaType == "application/json"
        guard takesGzip, encoding == "gzip" || encoding == "x-gzip" else {
            let accepted = takesGzip ? "gzip, identity" : "identity"
            throw Problem(
                .unsupportedMediaType,
                "Send the body with one of these encodings: \(accepted)",
                headers: [.acceptEncoding: accepted]
            )
        }
        switch Gzip.decompress(body, limit: limit) {
        case .bytes(let bytes): return bytes
        case .corrupt: throw Problem(.malformedBody, "The body is not gzip, although Content-Encoding says so")
        case .tooLarge: throw Problem(.payloadTooLarge, "Send at most \(limit) bytes, as they are before compression")
        }
    }
}
