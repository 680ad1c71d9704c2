import HTTPTypes

/// What `Accept-Encoding` says of the two encodings that there are (RFC 9110 §12.5.3).
struct AcceptedEncodings: Sendable, Hashable {
    private(set) var prefersGzip = false

    init(_ headers: HTTPFields) {
        guard let field = headers[.acceptEncoding] else { return }
        var weights: [String: Double] = [:]
        for part in field.split(separator: ",") {
            let pieces = part.split(separator: ";").map { $0.trimmed.lowercased() }
            guard let name = pieces.first else { continue }
            weights[name == "x-gzip" ? "gzip" : name] = Self.weight(pieces.dropFirst())
        }
        let gzip = weights["gzip"] ?? weights["*"] ?? 0
        prefersGzip = gzip > 0 && gzip >= weights["identity"] ?? 0
    }

    private static func weight(_ parameters: ArraySlice<String>) -> Double {
        guard let parameter = parameters.first else { return 1 }
        guard parameter.hasPrefix("q="), let weight = Double(parameter.dropFirst(2)), (0...1).contains(weight) else {
            return 0
        }
        return weight
    }
}
