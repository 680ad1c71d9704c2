import EventDelivery
import Events
import StrictJSON
import Testing

@testable import EventOutbox

@Suite struct CatalogDocumentTests {
    private static let document = Result {
        try CatalogDocument(
            EventCatalog([Ping.self, Pong.self]),
            listeners: [
                writer(lanes: 3), Listener.transactional("tests.all") { Reaction.onAll { _, _ in } },
                Listener.volatile("tests.cache") { VolatileReaction.on(Pong.self) { _ in } },
            ]
        )
    }

    @Test func `an event names its fields, key, publisher and listeners`() throws {
        let document = try Self.document.get()
        let ping = try #require(document.events.first)
        #expect(ping.name == "tests.ping" && ping.publisher == "tests" && ping.orderingKey == "subject:{subject}")
        #expect(ping.payload["properties"]?["number"] == ["type": "integer"])
        #expect(ping.payload["required"] == ["subject", "number"])
        #expect(ping.listeners.map(\.name) == ["tests.write"] && ping.listeners.map(\.lanes) == [3])
        #expect(document.events.last?.listeners.map(\.effect) == ["volatile"])
        #expect(document.hearingAll.map(\.name) == ["tests.all"])
        #expect(document.markdown.contains("| `number` | whole number | always there |"))
    }

    /// The rules of the AsyncAPI 3.0 schema that concern what is written here.
    @Test func `the AsyncAPI document holds together`() throws {
        let api = try Self.document.get().asyncAPI
        #expect(Self.references(in: api).allSatisfy { Self.resolve($0, in: api) != nil })
        let operations = try #require(api["operations"]?.object?.members)
        #expect(
            operations.map(\.name) == [
                "tests.sends.tests.ping", "tests.write.receives.tests.ping", "tests.all.receives.tests.ping",
                "tests.sends.tests.pong", "tests.cache.receives.tests.pong", "tests.all.receives.tests.pong",
            ]
        )
        for operation in operations {
            #expect(["send", "receive"].contains(operation.value["action"]?.string))
            let channel = try #require(operation.value["channel"]?["$ref"]?.string)
            let message = try #require(operation.value["messages"]?[0]?["$ref"]?.string)
            #expect(message.hasPrefix(channel + "/messages/"), "an operation's messages are its channel's")
        }
        for member in api["components"]?["messages"]?.object?.members ?? [] {
            #expect(member.name.wholeMatch(of: #/[\w.\-]+/#) != nil)
        }
    }

    private static func references(in json: JSON) -> [String] {
        switch json {
        case .object(let object):
            object.members.flatMap { member in
                member.name == "$ref" ? [member.value.string ?? ""] : references(in: member.value)
            }
        case .array(let elements): elements.flatMap(references)
        default: []
        }
    }

    private static func resolve(_ reference: String, in document: JSON) -> JSON? {
        reference.dropFirst(2).split(separator: "/").reduce(document) { $0?[String($1)] }
    }
}
