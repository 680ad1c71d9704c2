import StrictJSON

/// The declared query parameters of a request, already checked, with defaults filled in.
public struct QueryValues: Sendable {
    private var values = JSONObject()
    /// The query as it was sent.
    let text: String

    /// Reads a query string along its declarations.
    ///
    /// - Throws: one ``Problem`` that names every parameter that is unknown, repeated, missing or does not fit.
    init(_ query: Substring?, _ parameters: [Parameter]) throws(Problem) {
        text = query.map { String($0) } ?? ""
        var errors: [FieldError] = []
        for pair in query.map({ $0.split(separator: "&") }) ?? [] {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts[0].percentDecoded(plusIsSpace: true),
                let text = parts.count == 2 ? parts[1].percentDecoded(plusIsSpace: true) : ""
            else { throw Problem(.malformedRequest, "The query is not percent-encoded UTF-8 without U+0000") }
            errors += take(name, text, parameters)
        }
        for parameter in parameters where values[parameter.name] == nil {
            if let fallback = parameter.fallback {
                values[parameter.name] = fallback
            } else if parameter.isRequired, !errors.contains(where: { $0.place == .parameter(parameter.name) }) {
                errors.append(.parameter(parameter.name, .required, "Add the parameter \(parameter.name)"))
            }
        }
        if !errors.isEmpty { throw .validation(errors) }
    }

    private mutating func take(_ name: String, _ text: String, _ parameters: [Parameter]) -> [FieldError] {
        guard let parameter = parameters.first(where: { $0.name == name }) else {
            return [.parameter(name, .unknownField, "Remove it; this endpoint has no such parameter")]
        }
        guard values[name] == nil else { return [.parameter(name, .repeated, "Give it once")] }
        let value = parameter.value(of: text)
        values[name] = value
        return parameter.schema.violations(in: value).map { .parameter(name, $0.code, $0.detail) }
    }

    /// The text of a parameter; nil when it was not given.
    public subscript(name: String) -> String? { values[name]?.string }

    /// The number of a parameter; nil when it was not given and has no default.
    public func integer(_ name: String) -> Int? { values[name]?.integer }

    /// The truth value of a parameter; nil when it was not given and has no default.
    public func boolean(_ name: String) -> Bool? { values[name]?.bool }
}
