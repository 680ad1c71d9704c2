import EventDelivery
import Events

/// Reads payloads as listeners would, and keeps one finding for all events that fail alike.
struct PayloadCheck {
    /// Events that cannot be read for one reason.
    struct Failure: Hashable {
        let name: EventName
        let version: Int
        let reason: String
    }

    private let catalog: EventCatalog
    private let listeners: [Listener]
    private(set) var failures: [Failure: (count: Int, first: Int)] = [:]

    init(_ catalog: EventCatalog, _ listeners: [Listener]) {
        self.catalog = catalog
        self.listeners = listeners
    }

    mutating func read(_ events: [EventEnvelope]) {
        for event in events {
            guard let reason = reason(against: event) else { continue }
            let failure = Failure(name: event.name, version: event.version, reason: reason)
            failures[failure, default: (0, event.position)].count += 1
        }
    }

    /// The listeners that read the payload and so would fail; those that hear every event do not look inside.
    func readers(of name: EventName) -> [String] {
        listeners.filter { $0.hears?.contains(name) == true }.map(\.name).sorted()
    }

    private func reason(against event: EventEnvelope) -> String? {
        guard let type = catalog.types[event.name] else { return "this program does not know the event" }
        do {
            try Self.decode(event, as: type)
            return nil
        } catch let error as UndecodableEvent {
            return error.reason
        } catch {
            return "\(error)"
        }
    }

    private static func decode<Event: DomainEvent>(_ event: EventEnvelope, as type: Event.Type) throws {
        _ = try event.decode(type)
    }
}
