import FoundationEssentials

extension JSON {
    /// Makes a value out of the tree: dates from RFC 3339 text, whole numbers only from whole numbers.
    ///
    /// - Throws: `DecodingError` with the coding path of the first thing that does not fit.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try decode(type, at: [])
    }

    func decode<Value: Decodable>(_ type: Value.Type, at path: [any CodingKey]) throws -> Value {
        if type == JSON.self, let value = self as? Value { return value }
        if type == Date.self, let value = try date(at: path) as? Value { return value }
        if type == UUID.self, let value = try uuid(at: path) as? Value { return value }
        if type == URL.self, let value = try url(at: path) as? Value { return value }
        return try Value(from: JSONTreeDecoder(json: self, codingPath: path))
    }

    private func date(at path: [any CodingKey]) throws -> Date {
        guard case .string(let text) = self, let date = Date(rfc3339: text) else {
            throw mismatch(Date.self, "a date and time such as 2026-03-01T09:30:00Z", at: path)
        }
        return date
    }

    private func uuid(at path: [any CodingKey]) throws -> UUID {
        guard case .string(let text) = self, let uuid = UUID(uuidString: text) else {
            throw mismatch(UUID.self, "a UUID", at: path)
        }
        return uuid
    }

    private func url(at path: [any CodingKey]) throws -> URL {
        guard case .string(let text) = self, let url = URL(string: text) else {
            throw mismatch(URL.self, "a URL", at: path)
        }
        return url
    }

    func whole<Integer: FixedWidthInteger>(_ type: Integer.Type, at path: [any CodingKey]) throws -> Integer {
        guard let value = integer else { throw mismatch(type, "a whole number", at: path) }
        guard let result = Integer(exactly: value) else { throw mismatch(type, "a smaller number", at: path) }
        return result
    }

    func text(at path: [any CodingKey]) throws -> String {
        guard case .string(let value) = self else { throw mismatch(String.self, "a string", at: path) }
        return value
    }

    func truth(at path: [any CodingKey]) throws -> Bool {
        guard case .bool(let value) = self else { throw mismatch(Bool.self, "true or false", at: path) }
        return value
    }

    func real(at path: [any CodingKey]) throws -> Double {
        guard let value = double else { throw mismatch(Double.self, "a number", at: path) }
        return value
    }

    /// Both kinds of "not what was asked for", so that callers see which type and where.
    func mismatch(_ type: Any.Type, _ wanted: String, at path: [any CodingKey]) -> DecodingError {
        let context = DecodingError.Context(codingPath: path, debugDescription: "Expected \(wanted)")
        return self == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}
