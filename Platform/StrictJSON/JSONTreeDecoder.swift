/// Reads one value of a tree.
struct JSONTreeDecoder: Decoder {
    let json: JSON
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = json else { throw json.mismatch(JSONObject.self, "an object", at: codingPath) }
        return KeyedDecodingContainer(JSONKeyedDecoding(object: object, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = json else { throw json.mismatch([JSON].self, "an array", at: codingPath) }
        return JSONUnkeyedDecoding(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }
}

extension JSONTreeDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { json == .null }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try json.decode(type, at: codingPath) }
    func decode(_ type: Bool.Type) throws -> Bool { try json.truth(at: codingPath) }
    func decode(_ type: String.Type) throws -> String { try json.text(at: codingPath) }
    func decode(_ type: Double.Type) throws -> Double { try json.real(at: codingPath) }
    func decode(_ type: Float.Type) throws -> Float { Float(try json.real(at: codingPath)) }
    func decode(_ type: Int.Type) throws -> Int { try json.whole(type, at: codingPath) }
    func decode(_ type: Int8.Type) throws -> Int8 { try json.whole(type, at: codingPath) }
    func decode(_ type: Int16.Type) throws -> Int16 { try json.whole(type, at: codingPath) }
    func decode(_ type: Int32.Type) throws -> Int32 { try json.whole(type, at: codingPath) }
    func decode(_ type: Int64.Type) throws -> Int64 { try json.whole(type, at: codingPath) }
    func decode(_ type: UInt.Type) throws -> UInt { try json.whole(type, at: codingPath) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try json.whole(type, at: codingPath) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try json.whole(type, at: codingPath) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try json.whole(type, at: codingPath) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try json.whole(type, at: codingPath) }
}

private struct JSONKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: JSONObject
    let codingPath: [any CodingKey]

    var allKeys: [Key] { object.members.compactMap { Key(stringValue: $0.name) } }

    func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try member(key).json == .null }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try member(key).decode(type) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try member(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try member(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try member(MemberName(stringValue: "super")) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try member(key) }

    private func member(_ key: some CodingKey) throws -> JSONTreeDecoder {
        guard let json = object[key.stringValue] else {
            throw DecodingError.keyNotFound(
                key,
                .init(codingPath: codingPath, debugDescription: "There is no member \"\(key.stringValue)\"")
            )
        }
        return JSONTreeDecoder(json: json, codingPath: codingPath + [key])
    }
}

private struct JSONUnkeyedDecoding: UnkeyedDecodingContainer {
    let elements: [JSON]
    let codingPath: [any CodingKey]
    var currentIndex = 0

    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    mutating func decodeNil() throws -> Bool {
        guard try element().json == .null else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try element().decode(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested>
    {
        let container = try element().container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try element().unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try element()
        currentIndex += 1
        return decoder
    }

    private func element() throws -> JSONTreeDecoder {
        let path = codingPath + [MemberName(intValue: currentIndex)]
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                JSON.self,
                .init(codingPath: path, debugDescription: "The array has \(elements.count) elements")
            )
        }
        return JSONTreeDecoder(json: elements[currentIndex], codingPath: path)
    }
}
