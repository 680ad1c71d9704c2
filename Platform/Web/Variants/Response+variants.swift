import Gzip
import HTTPTypes

extension Response {
    /// Chooses what of a readable reply is sent: nothing if the client has that version already, and otherwise the bytes
    /// as they are or compressed.
    ///
    /// Only whole replies to reads are compressed. Streams have to arrive piece by piece, and a reply to anything else may
    /// hold a secret beside what an attacker chose.
    mutating func chooseVariant(for request: HTTPRequest) {
        guard request.method == .get || request.method == .head, status == .ok, case .bytes(let bytes) = body,
            headers[.contentEncoding] == nil
        else { return }
        let isWorthwhile = encoded.map { $0.gzip != nil } ?? isWorthCompressing(bytes)
        if isWorthwhile { vary(by: .acceptEncoding) }
        let fields = request.headerFields
        let isCompressed =
            isWorthwhile && fields[.noCompression] == nil && AcceptedEncodings(fields).prefersGzip
        if headers[.cacheControl] != "no-store" {
            let tag = encoded?.tag ?? partTag ?? EntityTag(of: bytes)
            let variant = isCompressed ? tag.compressed : tag
            headers[.eTag] = variant.text
            if isAnswered(by: variant, request) { return }
        }
        guard isCompressed, let compressed = encoded?.gzip ?? Gzip.compress(bytes) else { return }
        headers[.contentEncoding] = "gzip"
        body = .bytes(compressed)
    }

    /// Applies the conditions of a read in the order of RFC 9110 §13.2.2.
    private mutating func isAnswered(by tag: EntityTag, _ request: HTTPRequest) -> Bool {
        let fields = request.headerFields
        if let wanted = fields[.ifMatch], EntityTags(wanted)?.containStrongly(tag) != true {
            refuse(request)
            return true
        }
        if let known = fields[.ifNoneMatch], EntityTags(known)?.containWeakly(tag) == true {
            status = .notModified
            headers[.contentType] = nil
            body = .bytes([])
            return true
        }
        return false
    }

    private mutating func refuse(_ request: HTTPRequest) {
        let problem = Problem(.preconditionFailed, "If-Match names another version; leave it out to read this one")
        let path = (request.path ?? "").prefix { $0 != "?" }
        let refusal = problem.response(instance: String(path), requestID: headers[.requestID] ?? "")
        (status, body) = (refusal.status, refusal.body)
        headers[.contentType] = refusal.headers[.contentType]
        headers[.cacheControl] = "no-store"
    }

    /// Text of more than a kilobyte; less would hardly become fewer packets.
    func isWorthCompressing(_ bytes: [UInt8]) -> Bool { bytes.count > 1_024 && isText }

    private var isText: Bool {
        guard let type = headers[.contentType]?.split(separator: ";").first?.lowercased() else { return false }
        return type.hasPrefix("text/") && type != "text/event-stream" || type.hasSuffix("json") || type.hasSuffix("xml")
            || type == "application/javascript"
    }
}
