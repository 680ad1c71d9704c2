/// Writes one value into one node.
struct JSONTreeEncoder: Encoder, SingleValueEncodingContainer {
    let node: JSONNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .undecided = node.content { node.content = .object([]) }
        return KeyedEncodingContainer(JSONKeyedEncoding(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .undecided = node.content { node.content = .array([]) }
        return JSONUnkeyedEncoding(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { node.content = .value(.json(.null)) }

    func encode<Value: Encodable>(_ value: Value) throws {
        node.content = .value(try JSONNode.Part(encoding: value, at: codingPath))
    }
}

private struct JSONKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: JSONNode
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) { node.append(key.stringValue, .json(.null)) }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        node.append(key.stringValue, try JSONNode.Part(encoding: value, at: codingPath + [key]))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        child(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { child(key).unkeyedContainer() }

    func superEncoder() -> any Encoder { child(MemberName(stringValue: "super")) }

    func superEncoder(forKey key: Key) -> any Encoder { child(key) }

    private func child(_ key: some CodingKey) -> JSONTreeEncoder {
        let child = JSONNode()
        node.append(key.stringValue, .node(child))
        return JSONTreeEncoder(node: child, codingPath: codingPath + [key])
    }
}

private struct JSONUnkeyedEncoding: UnkeyedEncodingContainer {
    let node: JSONNode
    let codingPath: [any CodingKey]
    var count: Int { node.count }

    func encodeNil() { node.append(.json(.null)) }

    func encode<Value: Encodable>(_ value: Value) throws {
        node.append(try JSONNode.Part(encoding: value, at: codingPath + [MemberName(intValue: count)]))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        child().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { child().unkeyedContainer() }

    func superEncoder() -> any Encoder { child() }

    private func child() -> JSONTreeEncoder {
        let child = JSONNode()
        let path = codingPath + [MemberName(intValue: count)]
        node.append(.node(child))
        return JSONTreeEncoder(node: child, codingPath: path)
    }
}
