public import EventDelivery
public import Events
public import StrictJSON

/// Every event that this program knows, who announces it and who hears it, made of the declarations themselves.
public struct CatalogDocument: Sendable, Encodable {
    /// The events, by name.
    public let events: [CatalogEntry]
    /// Listeners that hear every event, whatever its name.
    public let hearingAll: [CatalogListener]

    /// The catalogue of a program with these events and listeners.
    public init(_ catalog: EventCatalog, listeners: [Listener]) throws {
        events = try catalog.names.compactMap { catalog.types[$0] }.map { type in
            let hearing = listeners.filter { $0.hears?.contains(type.name) == true }
            return CatalogEntry(try EventShape(of: type), heardBy: hearing.map(CatalogListener.init))
        }
        hearingAll = listeners.filter { $0.hears == nil }.map(CatalogListener.init)
    }
}

/// One event in the catalogue.
public struct CatalogEntry: Sendable, Encodable {
    /// Its stored name.
    public let name: String
    /// The version that is written; older ones are lifted to it when they are read.
    public let version: Int
    /// The module that announces it.
    public let publisher: String
    /// What it stays in order with, such as `kid:{kid}`.
    public let orderingKey: String
    /// The payload as a JSON Schema.
    public let payload: JSON
    /// Who hears it by name.
    public let listeners: [CatalogListener]
    let shape: EventShape

    init(_ shape: EventShape, heardBy listeners: [CatalogListener]) {
        name = shape.name.rawValue
        version = shape.version
        publisher = String(shape.name.module)
        orderingKey = shape.key
        payload = EventShape.ValueType.object(shape.fields).jsonSchema
        self.listeners = listeners
        self.shape = shape
    }

    private enum CodingKeys: CodingKey { case name, version, publisher, orderingKey, payload, listeners }
}

/// A listener in the catalogue.
public struct CatalogListener: Sendable, Encodable, Hashable {
    /// Its stored name.
    public let name: String
    /// What it is allowed to do: `transactional` writes exactly once, `volatile` touches memory only, `relay`
    /// hands over to another system at least once.
    public let effect: String
    /// Into how many lanes its keys are spread.
    public let lanes: Int

    init(_ listener: Listener) {
        name = listener.name
        effect = listener.effect.rawValue
        lanes = listener.lanes
    }
}

extension EventShape.ValueType {
    /// The type as a JSON Schema.
    var jsonSchema: JSON {
        switch self {
        case .text: ["type": "string"]
        case .choice(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
        case .uuid: ["type": "string", "format": "uuid"]
        case .dateTime: ["type": "string", "format": "date-time"]
        case .integer: ["type": "integer"]
        case .number: ["type": "number"]
        case .boolean: ["type": "boolean"]
        case .list(let element): ["type": "array", "items": element.jsonSchema]
        case .map: ["type": "object"]
        case .any: [:]
        case .object(let fields):
            [
                "type": "object",
                "properties": .object(JSONObject(fields.map { ($0.name, $0.type.jsonSchema) })),
                "required": .array(fields.filter(\.isRequired).map { .string($0.name) }),
            ]
        }
    }
}
