import StrictJSON

extension JSON {
    /// An OpenAPI document whose operations have their parameters, bodies and replies at hand instead of references.
    var spelledOut: JSON { spelledOut(in: self) }

    private func spelledOut(in document: JSON) -> JSON {
        switch self {
        case .object(let object):
            let steps = object["$ref"]?.string?.split(separator: "/").map { String($0) } ?? []
            if steps.count == 4, ["parameters", "requestBodies", "responses"].contains(steps[2]) {
                return document["components"]?[steps[2]]?[steps[3]]?.spelledOut(in: document) ?? .null
            }
            return .object(JSONObject(object.members.map { ($0.name, $0.value.spelledOut(in: document)) }))
        case .array(let elements): return .array(elements.map { $0.spelledOut(in: document) })
        default: return self
        }
    }
}
