import FoundationEssentials

extension JSON {
    /// The tree of any encodable value: properties in the order they are encoded, dates as RFC 3339 text in UTC, UUIDs in
    /// lower case, URLs as text.
    ///
    /// An infinity or a NaN is an error, since JSON has neither.
    public init(encoding value: some Encodable) throws {
        self = try JSONNode.Part(encoding: value, at: []).json
    }
}

/// A container under construction, shared by whoever writes into it.
final class JSONNode {
    enum Content {
        case undecided
        case value(Part)
        case array([Part])
        case object([(String, Part)])
    }

    enum Part {
        case json(JSON)
        case node(JSONNode)
    }

    var content = Content.undecided

    /// What was written; a value that encoded nothing is an empty object.
    var json: JSON {
        switch content {
        case .undecided: .object([:])
        case .value(let part): part.json
        case .array(let parts): .array(parts.map(\.json))
        case .object(let members): .object(JSONObject(members.lazy.map { ($0.0, $0.1.json) }))
        }
    }

    func append(_ part: Part) {
        guard case .array(var parts) = content else { return content = .array([part]) }
        content = .undecided  // gives up the reference, so that the append below does not copy
        parts.append(part)
        content = .array(parts)
    }

    func append(_ name: String, _ part: Part) {
        guard case .object(var members) = content else { return content = .object([(name, part)]) }
        content = .undecided
        members.append((name, part))
        content = .object(members)
    }

    var count: Int {
        guard case .array(let parts) = content else { return 0 }
        return parts.count
    }
}

extension JSONNode.Part {
    var json: JSON {
        switch self {
        case .json(let json): json
        case .node(let node): node.json
        }
    }

    init<Value: Encodable>(encoding value: Value, at path: [any CodingKey]) throws {
        if let json = try JSON(known: value, at: path) {
            self = .json(json)
        } else {
            let node = JSONNode()
            try value.encode(to: JSONTreeEncoder(node: node, codingPath: path))
            self = .node(node)
        }
    }
}

extension JSON {
    /// The types whose form in JSON is ours to choose, and the scalars, which need no container.
    ///
    /// Comparing types first is what makes it fast: a cast that fails costs far more than one that succeeds.
    fileprivate init?<Value: Encodable>(known value: Value, at path: [any CodingKey]) throws {
        if Value.self == String.self, let value = value as? String {
            self = .string(value)
        } else if Value.self == Int.self, let value = value as? Int {
            self = .integer(value)
        } else if Value.self == Bool.self, let value = value as? Bool {
            self = .bool(value)
        } else if Value.self == Double.self, let value = value as? Double {
            self = try JSON(finite: value, at: path)
        } else if Value.self == UUID.self, let value = value as? UUID {
            self = .string(value.uuidString.lowercased())
        } else if Value.self == Date.self, let value = value as? Date {
            self = .string(value.rfc3339)
        } else if Value.self == URL.self, let value = value as? URL {
            self = .string(value.absoluteString)
        } else if Value.self == JSON.self, let value = value as? JSON {
            self = value
        } else {
            return nil
        }
    }

    init(finite value: Double, at path: [any CodingKey]) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value,
                .init(codingPath: path, debugDescription: "\(value) has no JSON form")
            )
        }
        self = .number(value)
    }

    init(whole value: some BinaryInteger, at path: [any CodingKey]) throws {
        guard let whole = Int(exactly: value) else {
            throw EncodingError.invalidValue(
                value,
                .init(codingPath: path, debugDescription: "\(value) does not fit Int")
            )
        }
        self = .integer(whole)
    }
}
