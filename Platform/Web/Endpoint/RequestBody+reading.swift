import HTTPTypes
import StrictJSON

extension RequestBody {
    /// Strict JSON, then the schema, then the Swift type.
    init(body: [UInt8]) throws {
        let json: JSON
        do {
            json = try JSON(parsing: body)
        } catch {
            throw Problem(
                .malformedBody,
                "\(error)",
                errors: [.body(error.pointer, "malformed", "\(error.reason)")]
            )
        }
        let violations = Self.schema.violations(in: json)
        guard violations.isEmpty else { throw Problem.validation(violations) }
        do {
            self = try json.decode()
        } catch let error as DecodingError {
            // The schema let through what the type refuses, such as a rule in its own `init(from:)`.
            throw Problem.validation([error.fieldError])
        }
    }
}

extension DecodingError {
    fileprivate var fieldError: FieldError {
        let (context, last): (Context, [any CodingKey]) =
            switch self {
            case .keyNotFound(let key, let context): (context, [key])
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context, [])
            @unknown default: (Context(codingPath: [], debugDescription: "It does not fit"), [])
            }
        let tokens = (context.codingPath + last).map { key -> JSONPointer.Token in
            key.intValue.map { .index($0) } ?? .name(key.stringValue)
        }
        return .body(JSONPointer(tokens), .type, context.debugDescription)
    }
}

extension Content {
    /// Whether a body of that `Content-Type` may be read: JSON may say `+json` and UTF-8, others must match.
    func accepts(_ header: String?) -> Bool {
        guard let header else { return false }
        let parts = header.split(separator: ";", omittingEmptySubsequences: false).map { $0.trimmed.lowercased() }
        guard let type = parts.first else { return false }
        guard mediaType == "application/json" else { return type == mediaType }
        let isJSON = type == mediaType || (type.hasPrefix("application/") && type.hasSuffix("+json"))
        return isJSON
            && parts.dropFirst().allSatisfy { parameter in
                !parameter.hasPrefix("charset=") || ["charset=utf-8", "charset=\"utf-8\""].contains(parameter)
            }
    }
}

extension Substring {
    var trimmed: Substring {
        var text = self
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
