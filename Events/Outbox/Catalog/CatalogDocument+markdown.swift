import Events

extension CatalogDocument {
    /// The catalogue as a page to read.
    public var markdown: String {
        let everyone =
            hearingAll.isEmpty
            ? [] : ["", "Every event is also heard by " + hearingAll.map(\.phrase).joined(separator: ", ") + "."]
        let lines = ["# Events", ""] + summary + everyone + events.flatMap(\.section)
        return lines.joined(separator: "\n") + "\n"
    }

    private var summary: [String] {
        ["| event | version | stays in order with | heard by |", "|---|---|---|---|"]
            + events.map { event in
                let listeners = event.listeners.map { "`\($0.name)`" }.joined(separator: " ")
                return "| `\(event.name)` | \(event.version) | `\(event.orderingKey)` | \(listeners) |"
            }
    }
}

extension CatalogEntry {
    fileprivate var section: [String] {
        let hearing =
            listeners.isEmpty
            ? "No listener asks for it by name." : "Heard by " + listeners.map(\.phrase).joined(separator: ", ") + "."
        return [
            "", "## \(name)", "",
            "Version \(version), announced by `\(publisher)`, in order within `\(orderingKey)`. \(hearing)",
            "", "| field | type | |", "|---|---|---|",
        ] + Self.rows(shape.fields, prefix: "")
    }

    private static func rows(_ fields: [EventShape.Field], prefix: String) -> [String] {
        fields.flatMap { field -> [String] in
            let presence = field.isRequired ? "always there" : "may be missing"
            guard case .object(let members) = field.type else {
                let type = field.type.description.replacing("|", with: "\\|")
                return ["| `\(prefix)\(field.name)` | \(type) | \(presence) |"]
            }
            return ["| `\(prefix)\(field.name)` | object | \(presence) |"]
                + rows(members, prefix: "\(prefix)\(field.name).")
        }
    }
}

extension CatalogListener {
    fileprivate var phrase: String { "`\(name)` (\(effect), \(lanes) \(lanes == 1 ? "lane" : "lanes"))" }
}
