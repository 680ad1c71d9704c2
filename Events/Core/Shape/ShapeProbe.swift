import FoundationEssentials
import StrictJSON

/// A decoder that has nothing to decode: it notes what is asked for and answers with samples, each of them different.
struct ShapeProbe: Decoder {
    let node: ShapeNode
    let samples: ShapeSamples
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init() { self.init(node: ShapeNode(), samples: ShapeSamples(), codingPath: []) }

    init(node: ShapeNode, samples: ShapeSamples, codingPath: [any CodingKey]) {
        self.node = node
        self.samples = samples
        self.codingPath = codingPath
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        if case .undecided = node.content { node.content = .members([]) }
        return KeyedDecodingContainer(KeyedShape(probe: self))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer {
        let element = ShapeNode()
        node.content = .list(element)
        return UnkeyedShape(probe: ShapeProbe(node: element, samples: samples, codingPath: codingPath))
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    /// Notes a value's type and makes one up.
    func sample<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if let (found, value) = samples.scalar(type, at: codingPath) {
            node.content = .value(found)
            if let value = value as? Value { return value }
        }
        if let type = type as? any CaseIterable.Type, let (words, first) = Self.words(type), let first = first as? Value
        {
            node.content = .value(.choice(words))
            return first
        }
        return try Value(from: self)
    }

    private static func words<Choice: CaseIterable>(_: Choice.Type) -> ([String], Choice)? {
        let words = Choice.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
        guard let first = Choice.allCases.first, words.count == Choice.allCases.count else { return nil }
        return (words, first)
    }
}

extension ShapeProbe: SingleValueDecodingContainer {
    func decodeNil() -> Bool {
        node.isRequired = false
        return false
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try sample(type) }
}

private struct KeyedShape<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let probe: ShapeProbe
    var codingPath: [any CodingKey] { probe.codingPath }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }

    /// Asked of members that may be missing, before they are read.
    func decodeNil(forKey key: Key) -> Bool {
        probe.node.member(key.stringValue).isRequired = false
        return false
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try member(key).sample(type) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedDecodingContainer<Nested> { member(key).container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer { member(key).unkeyedContainer() }

    func superDecoder() -> any Decoder { probe }

    func superDecoder(forKey key: Key) -> any Decoder { member(key) }

    private func member(_ key: Key) -> ShapeProbe {
        ShapeProbe(node: probe.node.member(key.stringValue), samples: probe.samples, codingPath: codingPath + [key])
    }
}

/// A list with one element.
private struct UnkeyedShape: UnkeyedDecodingContainer {
    let probe: ShapeProbe
    var codingPath: [any CodingKey] { probe.codingPath }
    var count: Int? { 1 }
    var isAtEnd: Bool { currentIndex > 0 }
    private(set) var currentIndex = 0

    init(probe: ShapeProbe) { self.probe = probe }

    mutating func decodeNil() -> Bool { false }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        currentIndex += 1
        return try probe.sample(type)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedDecodingContainer<Nested> {
        currentIndex += 1
        return probe.container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer {
        currentIndex += 1
        return probe.unkeyedContainer()
    }

    mutating func superDecoder() -> any Decoder {
        currentIndex += 1
        return probe
    }
}
