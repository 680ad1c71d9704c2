public import StrictJSON

extension CatalogDocument {
    /// The catalogue as an AsyncAPI 3.0 document: a channel and a message an event, an operation for its publisher and
    /// for each listener.
    public var asyncAPI: JSON {
        [
            "asyncapi": "3.0.0",
            "info": [
                "title": "Storytime events",
                "version": "1.0.0",
                "description": .string(Self.introduction),
            ],
            "defaultContentType": "application/json",
            "channels": .object(JSONObject(events.map { ($0.name, $0.channel) })),
            "operations": .object(JSONObject(events.flatMap { $0.operations(alsoHeardBy: hearingAll) })),
            "components": [
                "messages": .object(JSONObject(events.map { ($0.messageName, $0.message) })),
                "schemas": ["envelope": Self.envelope],
                "correlationIds": [
                    "correlation": [
                        "description": "Common to everything with the same first cause.",
                        "location": "$message.header#/correlationId",
                    ]
                ],
            ],
        ]
    }

    private static let introduction = """
        What the modules of Storytime announce to each other. Events are recorded in the transaction that makes them true, \
        reach each listener once, and stay in order within their ordering key.
        """

    /// What travels beside the payload.
    private static let envelope: JSON = [
        "type": "object",
        "properties": [
            "id": ["type": "string", "format": "uuid", "description": "The event's identifier, a UUIDv7."],
            "name": ["type": "string", "description": "The event's stored name."],
            "version": ["type": "integer", "minimum": 1, "description": "The version of the payload's shape."],
            "key": ["type": "string", "description": "What the event stays in order with."],
            "position": ["type": "integer", "minimum": 1, "description": "Its place in the log."],
            "recordedAt": ["type": "string", "format": "date-time"],
            "actor": ["type": "string", "description": "Who caused it."],
            "requestId": ["type": "string", "description": "The request that caused it."],
            "correlationId": ["type": "string", "format": "uuid"],
            "causationId": ["type": "string", "format": "uuid", "description": "The event that caused it."],
            "traceparent": ["type": "string", "description": "W3C trace context."],
        ],
        "required": ["id", "name", "version", "key", "position", "recordedAt", "correlationId"],
    ]
}

extension CatalogEntry {
    fileprivate var messageName: String { "\(name).v\(version)" }

    fileprivate var channel: JSON {
        [
            "address": .string(name),
            "messages": .object([messageName: ["$ref": .string("#/components/messages/\(messageName)")]]),
            "x-ordering-key": .string(orderingKey),
        ]
    }

    fileprivate var message: JSON {
        [
            "name": .string(name),
            "contentType": "application/json",
            "headers": ["$ref": "#/components/schemas/envelope"],
            "payload": payload,
            "correlationId": ["$ref": "#/components/correlationIds/correlation"],
            "x-version": .integer(version),
        ]
    }

    /// The publisher sends; each listener receives.
    fileprivate func operations(alsoHeardBy everyone: [CatalogListener]) -> [(String, JSON)] {
        let sent = operation("send", "announced by \(publisher)", [])
        let received = (listeners + everyone).map { listener in
            (
                "\(listener.name).receives.\(name)",
                operation(
                    "receive",
                    "heard by \(listener.name)",
                    [("x-effect", .string(listener.effect)), ("x-lanes", .integer(listener.lanes))]
                )
            )
        }
        return [("\(publisher).sends.\(name)", sent)] + received
    }

    private func operation(_ action: String, _ summary: String, _ extra: [(String, JSON)]) -> JSON {
        let channel = "#/channels/\(name)"
        let members: [(String, JSON)] = [
            ("action", .string(action)), ("summary", .string("\(name), \(summary)")),
            ("channel", ["$ref": .string(channel)]),
            ("messages", [["$ref": .string("\(channel)/messages/\(messageName)")]]),
        ]
        return .object(JSONObject(members + extra))
    }
}
