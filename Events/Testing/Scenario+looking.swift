public import Events
public import Postgres
import StrictJSON

extension Scenario {
    /// What a query finds: for each row its columns as text, with a space between them; NULL is a dash.
    public func rows(_ query: Statement) async throws -> [String] {
        let statement = Statement(
            """
            SELECT (SELECT string_agg(coalesce(value, '-'), ' ' ORDER BY ordinality)
                    FROM json_each_text(to_json(query)) WITH ORDINALITY) AS row
            FROM (
            """,
            around: query,
            ") AS query"
        )
        return try await database.read(statement).map { try $0["row"] }
    }

    /// Every event of a type that was ever recorded, in order.
    public func recorded<Event: DomainEvent>(_: Event.Type) async throws -> [Event] {
        try await database.read(
            "SELECT payload FROM events.event WHERE name = \(Event.name.rawValue) ORDER BY seq"
        ).map { try JSON(parsing: ($0["payload"] as RawJSON).utf8).decode() }
    }

    /// What listeners could not handle and still have before them.
    public func failures() async throws -> [ListenerFailure] {
        try await database.read(
            """
            SELECT d.listener, l.name, d.key, d.state, coalesce(d.error, 'waits behind another') AS error
            FROM events.deviation d JOIN events.log l USING (position) ORDER BY d.position, d.listener
            """
        ).map {
            ListenerFailure(
                listener: try $0["listener"],
                event: try $0["name"],
                key: try $0["key"],
                state: try $0["state"],
                error: try $0["error"]
            )
        }
    }
}

/// An event that a listener could not handle, or that waits behind such a one.
public struct ListenerFailure: Sendable, Hashable, CustomStringConvertible {
    /// The listener.
    public let listener: String
    /// The event's name.
    public let event: String
    /// What the event is about.
    public let key: String
    /// `retrying`, `parked`, `dead` or `skipped`.
    public let state: String
    /// What was thrown.
    public let error: String

    /// One line.
    public var description: String { "\(listener) \(state) \(event) of \(key): \(error)" }
}

/// Listeners threw although the test did not say that they would.
public struct ListenersFailed: Error, CustomStringConvertible {
    /// What failed.
    public let failures: [ListenerFailure]

    /// A line each.
    public var description: String { failures.map(\.description).joined(separator: "\n") }
}
