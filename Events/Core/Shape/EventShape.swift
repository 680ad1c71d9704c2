/// What an event's payload is made of, for people and programs that read the catalogue.
///
/// It is not written down a second time: the type's own `Decodable` conformance is asked which members it reads, and its
/// ordering key which of them it takes. So it cannot differ from what the program does.
public struct EventShape: Sendable, Hashable {
    /// The stored name.
    public let name: EventName
    /// The version that this build writes.
    public let version: Int
    /// The payload's members, in the order in which they are read.
    public let fields: [Field]
    /// The ordering key with the members that it is made of, such as `kid:{kid}`.
    public let key: String

    /// One member of an object.
    public struct Field: Sendable, Hashable {
        /// Its name in JSON.
        public let name: String
        /// What it holds.
        public let type: ValueType
        /// False when it may be missing.
        public let isRequired: Bool
    }

    /// What a JSON value holds.
    public indirect enum ValueType: Sendable, Hashable {
        /// Text.
        case text
        /// One of these texts.
        case choice([String])
        /// A UUID as text.
        case uuid
        /// A moment as RFC 3339 text.
        case dateTime
        /// A whole number.
        case integer
        /// Any number.
        case number
        /// `true` or `false`.
        case boolean
        /// An array.
        case list(ValueType)
        /// An object with these members.
        case object([Field])
        /// An object with members of any name.
        case map
        /// Anything, as far as can be told.
        case any
    }

    /// The shape of an event type. Throws when the type refuses every sample, because its `init(from:)` asks for more
    /// than a type: write the shape of such a member as a type of its own.
    public init(of type: any DomainEvent.Type) throws {
        self = try Self.probe(type)
    }

    private static func probe<Event: DomainEvent>(_: Event.Type) throws -> EventShape {
        let probe = ShapeProbe()
        let sample = try Event(from: probe)
        guard case .object(let fields) = probe.node.type else {
            throw UndecodableEvent(name: Event.name, version: Event.version, reason: "its payload is no object")
        }
        var key = sample.key.description
        for (path, text) in probe.samples.texts { key = key.replacing(text, with: "{\(path)}") }
        return EventShape(name: Event.name, version: Event.version, fields: fields, key: key)
    }

    private init(name: EventName, version: Int, fields: [Field], key: String) {
        self.name = name
        self.version = version
        self.fields = fields
        self.key = key
    }
}

extension EventShape.ValueType: CustomStringConvertible {
    /// The type in a word or two.
    public var description: String {
        switch self {
        case .text: "text"
        case .choice(let words): words.joined(separator: " | ")
        case .uuid: "UUID"
        case .dateTime: "date and time"
        case .integer: "whole number"
        case .number: "number"
        case .boolean: "true or false"
        case .list(let element): "list of \(element)"
        case .object(let fields):
            "{ " + fields.map { "\($0.name): \($0.type)\($0.isRequired ? "" : "?")" }.joined(separator: ", ") + " }"
        case .map: "object"
        case .any: "anything"
        }
    }
}
