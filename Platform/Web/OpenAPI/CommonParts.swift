import StrictJSON

/// What several operations have in common: said once in `components` and referred to; what one alone has stays with it.
struct CommonParts {
    /// A parameter, body or reply of an operation.
    struct Part: Hashable {
        /// The member of `components` for parts of this kind.
        let section: String
        let name: String
        let definition: JSON
    }

    /// What is common, by the section and the name that it has in `components`.
    private var names: [Part: String] = [:]

    init(of endpoints: [Endpoint]) {
        var seen: Set<Part> = []
        var taken: Set<String> = []
        for part in endpoints.flatMap(\.parts) where !seen.insert(part).inserted && names[part] == nil {
            let name = Self.candidates(part.name).first { taken.insert("\(part.section)/\($0)").inserted }
            names[part] = name
        }
    }

    /// The name itself, and what to call others that have the same.
    private static func candidates(_ name: String) -> some Sequence<String> {
        (1...).lazy.map { $0 == 1 ? name : "\(name)-\($0)" }
    }

    /// A reference to the part, or the part itself when it is nobody else's.
    func place(_ part: Part) -> JSON {
        names[part].map { ["$ref": "#/components/\(part.section)/\($0)"] } ?? part.definition
    }

    /// The member of `components` with all parts of that kind.
    func section(_ section: String) -> JSON {
        let found = names.filter { $0.key.section == section }.sorted { $0.value < $1.value }
        return .object(JSONObject(found.map { ($0.value, $0.key.definition) }))
    }
}
