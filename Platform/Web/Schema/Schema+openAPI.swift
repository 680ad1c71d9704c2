import StrictJSON

extension Schema {
    /// The schema in JSON Schema 2020-12; named objects become references to components.
    var openAPI: JSON {
        componentName.map { ["$ref": "#/components/schemas/\($0)"] } ?? definition(closed: false)
    }

    /// The schema itself; `closed` forbids members that are not declared.
    ///
    /// Its one example is an `example` of OpenAPI, which more tools read than the `examples` of JSON Schema.
    func definition(closed: Bool) -> JSON {
        var definition = rules(closed: closed)
        definition["example"] = example
        return .object(definition)
    }

    private func rules(closed: Bool) -> JSONObject {
        switch kind {
        case .any: return [:]
        case .boolean: return ["type": "boolean"]
        case .integer(let range):
            return ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
        case .number(let range): return Self.number(range)
        case .string(let rules): return Self.string(rules)
        case .array(let element, let count):
            var array: JSONObject = ["type": "array", "items": element.openAPI]
            if count.lowerBound > 0 { array["minItems"] = .integer(count.lowerBound) }
            if count.upperBound < .max { array["maxItems"] = .integer(count.upperBound) }
            return array
        case .map(let value): return ["type": "object", "additionalProperties": value.openAPI]
        case .object(let rules): return Self.object(rules, closed: closed)
        case .nullable(let inner): return inner.orNull
        }
    }

    private var orNull: JSONObject {
        var rules = rules(closed: false)
        guard componentName == nil, let type = rules["type"] else {
            return ["anyOf": [openAPI, ["type": "null", "example": nil]]]
        }
        rules["type"] = [type, "null"]
        if let values = rules["enum"]?.array { rules["enum"] = .array(values + [.null]) }
        return rules
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
            string["pattern"] = "^[^\\x00]*$"
        }
        if let format = rules.format { string["format"] = .string(format.rawValue) }
        if !rules.values.isEmpty { string["enum"] = .array(rules.values.map { .string($0) }) }
        return string
    }

    private static func object(_ rules: ObjectRules, closed: Bool) -> JSONObject {
        // Closed objects repeat the members of their bases: a closed base would forbid all others.
        guard !closed, !rules.bases.isEmpty else {
            var object = object(with: rules.fields)
            object["description"] = rules.description.described
            if closed { object["additionalProperties"] = false }
            return object
        }
        var own = object(with: rules.own)
        own["example"] = .object(rules.own.example)
        var object: JSONObject = ["allOf": .array(rules.bases.map(\.openAPI) + [.object(own)])]
        object["description"] = rules.description.described
        return object
    }

    private static func object(with fields: [Field]) -> JSONObject {
        var properties = JSONObject()
        for field in fields {
            var property = field.schema.openAPI.object ?? [:]
            if field.schema.componentName == nil { property["description"] = field.description.described }
            properties[field.name] = .object(property)
        }
        let required = fields.filter(\.isRequired).map { JSON.string($0.name) }
        var object: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { object["required"] = .array(required) }
        return object
    }

    /// Every named object in it, itself included.
    var components: [Schema] {
        switch kind {
        case .any, .boolean, .integer, .number, .string: []
        case .array(let inner, _), .map(let inner), .nullable(let inner): inner.components
        case .object(let rules): [self] + rules.bases.flatMap(\.components) + rules.own.flatMap(\.schema.components)
        }
    }
}

extension String {
    /// The text as a description; none when there is none.
    var described: JSON? { isEmpty ? nil : .string(self) }
}
