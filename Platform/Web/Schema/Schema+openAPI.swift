import StrictJSON

extension Schema {
    /// The schema in JSON Schema 2020-12; named objects become references to components.
    var openAPI: JSON {
        componentName.map { ["$ref": "#/components/schemas/\($0)"] } ?? definition(closed: false)
    }

    /// The schema itself; `closed` forbids members that are not declared.
    func definition(closed: Bool) -> JSON {
        switch kind {
        case .any: return [:]
        case .boolean: return ["type": "boolean"]
        case .integer(let range):
            return ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
        case .number(let range): return .object(Self.number(range))
        case .string(let rules): return .object(Self.string(rules))
        case .array(let element, let count):
            var array: JSONObject = ["type": "array", "items": element.openAPI]
            if count.lowerBound > 0 { array["minItems"] = .integer(count.lowerBound) }
            if count.upperBound < .max { array["maxItems"] = .integer(count.upperBound) }
            return .object(array)
        case .map(let value): return ["type": "object", "additionalProperties": value.openAPI]
        case .object(let rules): return .object(Self.object(rules, closed: closed))
        case .nullable(let inner): return ["anyOf": [inner.openAPI, ["type": "null"]]]
        }
    }

    private static func number(_ range: ClosedRange<Double>) -> JSONObject {
        var number: JSONObject = ["type": "number"]
        if range.lowerBound > -.greatestFiniteMagnitude { number["minimum"] = .number(range.lowerBound) }
        if range.upperBound < .greatestFiniteMagnitude { number["maximum"] = .number(range.upperBound) }
        return number
    }

    private static func string(_ rules: StringRules) -> JSONObject {
        var string: JSONObject = ["type": "string"]
        if rules.length.lowerBound > 0 { string["minLength"] = .integer(rules.length.lowerBound) }
        if rules.length.upperBound < .max { string["maxLength"] = .integer(rules.length.upperBound) }
        if let pattern = rules.pattern {
            string["pattern"] = .string(pattern.source)
        } else if rules.format == nil, rules.values.isEmpty {
            // No text with NUL gets in anywhere: Postgres cannot store it.
            string["pattern"] = "^[^\\u0000]*$"
        }
        if let format = rules.format { string["format"] = .string(format.rawValue) }
        if !rules.values.isEmpty { string["enum"] = .array(rules.values.map { .string($0) }) }
        return string
    }

    private static func object(_ rules: ObjectRules, closed: Bool) -> JSONObject {
        var properties = JSONObject()
        for field in rules.fields {
            var property = field.schema.openAPI.object ?? [:]
            if !field.description.isEmpty { property["description"] = .string(field.description) }
            properties[field.name] = .object(property)
        }
        let required = rules.fields.filter(\.isRequired).map { JSON.string($0.name) }
        var object: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { object["required"] = .array(required) }
        if closed { object["additionalProperties"] = false }
        return object
    }

    /// Every named object in it, itself included.
    var components: [Schema] {
        switch kind {
        case .any, .boolean, .integer, .number, .string: []
        case .array(let inner, _), .map(let inner), .nullable(let inner): inner.components
        case .object(let rules): (rules.name == nil ? [] : [self]) + rules.fields.flatMap(\.schema.components)
        }
    }
}
