public import StrictJSON

extension Schema {
    /// Everything that is wrong with a value, all at once; empty when it is as declared.
    public func violations(in json: JSON) -> [FieldError] {
        var check = SchemaCheck()
        check.value(json, self, at: [])
        return check.errors
    }
}

/// Walks a value along its schema and collects what does not fit.
private struct SchemaCheck {
    private(set) var errors: [FieldError] = []
    private static let limit = 100

    mutating func value(_ json: JSON, _ schema: Schema, at path: [JSONPointer.Token]) {
        switch (schema.kind, json) {
        case (.any, _), (.boolean, .bool), (.nullable, .null): break
        case (.nullable(let inner), _): value(json, inner, at: path)
        case (.integer(let range), .integer(let number)): bounds(number, range, at: path)
        case (.integer(let range), .number(let number)) where number == number.rounded():
            bounds(number, Double(range.lowerBound)...Double(range.upperBound), at: path)
        case (.number(let range), .integer(let number)): bounds(Double(number), range, at: path)
        case (.number(let range), .number(let number)): bounds(number, range, at: path)
        case (.string(let rules), .string(let text)): string(text, rules, at: path)
        case (.array(let element, let count), .array(let elements)): array(elements, element, count, at: path)
        case (.map(let element), .object(let object)):
            for member in object.members { value(member.value, element, at: path + [.name(member.name)]) }
        case (.object(let rules), .object(let object)): members(object, rules, at: path)
        default: report(.type, "Send \(schema.noun), not \(json.noun)", at: path)
        }
    }

    private mutating func members(_ object: JSONObject, _ rules: ObjectRules, at path: [JSONPointer.Token]) {
        for field in rules.fields {
            if let member = object[field.name] {
                value(member, field.schema, at: path + [.name(field.name)])
            } else if field.isRequired {
                report(.required, "Add \"\(field.name)\": \(field.schema.noun)", at: path + [.name(field.name)])
            }
        }
        for member in object.members where !rules.fields.contains(where: { $0.name == member.name }) {
            let known = rules.fields.map { "\"\($0.name)\"" }.joined(separator: ", ")
            report(.unknownField, "Remove it; known here: \(known)", at: path + [.name(member.name)])
        }
    }

    private mutating func array(
        _ elements: [JSON],
        _ schema: Schema,
        _ count: ClosedRange<Int>,
        at path: [JSONPointer.Token]
    ) {
        if elements.count < count.lowerBound { report(.tooFew, "Send at least \(count.lowerBound) elements", at: path) }
        if elements.count > count.upperBound { report(.tooMany, "Send at most \(count.upperBound) elements", at: path) }
        for (index, element) in elements.enumerated() { value(element, schema, at: path + [.index(index)]) }
    }

    private mutating func bounds<Number: Comparable>(
        _ number: Number,
        _ range: ClosedRange<Number>,
        at path: [JSONPointer.Token]
    ) {
        if number < range.lowerBound { report(.minimum, "Send at least \(range.lowerBound)", at: path) }
        if number > range.upperBound { report(.maximum, "Send at most \(range.upperBound)", at: path) }
    }

    private mutating func string(_ text: String, _ rules: StringRules, at path: [JSONPointer.Token]) {
        let length = text.unicodeScalars.count
        if length < rules.length.lowerBound {
            report(.tooShort, "Send at least \(rules.length.lowerBound) characters", at: path)
        }
        if length > rules.length.upperBound {
            report(.tooLong, "Send at most \(rules.length.upperBound) characters", at: path)
        }
        if let format = rules.format, !format.accepts(text) { report(.format, format.advice, at: path) }
        if let pattern = rules.pattern, !pattern.matches(text) {
            report(.pattern, "Send text that matches \(pattern.source)", at: path)
        }
        if !rules.values.isEmpty, !rules.values.contains(text) {
            report(.enumeration, "Send one of \(rules.values.joined(separator: ", "))", at: path)
        }
    }

    private mutating func report(_ code: FieldError.Code, _ detail: String, at path: [JSONPointer.Token]) {
        guard errors.count < Self.limit else { return }
        errors.append(.body(JSONPointer(path), code, detail))
    }
}

extension Schema {
    fileprivate var noun: String {
        switch kind {
        case .any: "any value"
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .map, .object: "an object"
        case .nullable(let inner): "\(inner.noun) or null"
        }
    }
}

extension JSON {
    fileprivate var noun: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .integer: "a whole number"
        case .number: "a number with a fraction or exponent"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
