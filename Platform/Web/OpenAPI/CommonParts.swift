import StrictJSON

/// What several operations have in common: said once in `components` and referred to; what one alone has stays with it.
struct CommonParts {
    /// A parameter, body or reply of an operation.
    struct Part: Hashable {
        /// The member of `components` for parts of this kind.
        let section: String
        let name: String
        let definition: JSON

        fileprivate var reference: String { "#/components/\(section)/\(name)" }
    }

    private var parts: [String: Part] = [:]

    init(of endpoints: [Endpoint]) {
        var seen: Set<Part> = []
        for part in endpoints.flatMap(\.parts) where !seen.insert(part).inserted && parts[part.reference] == nil {
            parts[part.reference] = part
        }
    }

    /// A reference to the part, or the part itself when it is nobody else's.
    func place(_ part: Part) -> JSON {
        parts[part.reference] == part ? ["$ref": .string(part.reference)] : part.definition
    }

    /// The member of `components` with all parts of that kind.
    func section(_ name: String) -> JSON {
        let found = parts.values.filter { $0.section == name }.sorted { $0.name < $1.name }
        return .object(JSONObject(found.map { ($0.name, $0.definition) }))
    }
}
