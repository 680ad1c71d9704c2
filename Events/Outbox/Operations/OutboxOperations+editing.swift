import EventDelivery
import Events
import FoundationEssentials
import Origin
import Postgres
public import StrictJSON

/// What an edit changes.
public struct DeadLetterEdit: Sendable, Codable {
    /// The listener that gets the new payload.
    public let listener: String
    /// The event.
    public let position: Int
    /// The event's name.
    public let name: String
    /// The version of the new payload's shape.
    public let version: Int
    /// What the listener would have got so far.
    public let before: JSON
    /// What it gets from now on.
    public let after: JSON
    /// Where they differ.
    public let changes: [JSONChange]
}

extension OutboxOperations {
    /// Puts a payload in the place of an event's own, for one listener's delivery that is held back. The event itself
    /// stays as it was recorded, and so does what other listeners get.
    ///
    /// The payload must be readable as the event's type and be about the same key. The delivery is not tried by this.
    public func edit(
        _ event: String,
        of listener: String,
        payload: JSON,
        version: Int? = nil,
        by operation: Operator,
        isRehearsal: Bool = false
    ) async throws -> DeadLetterEdit {
        guard let letter = try await deadLetter(event, of: listener).first else {
            throw OutboxRefusal("event \(event) is not held back for \(listener), so there is nothing to edit")
        }
        let version = version ?? letter.edit?.version ?? letter.version
        try check(payload, version: version, for: letter.letter)
        let before = letter.edit?.payload ?? letter.payload
        let edit = DeadLetterEdit(
            listener: letter.letter.listener,
            position: letter.letter.position,
            name: letter.letter.name,
            version: version,
            before: before,
            after: payload,
            changes: JSONChange.between(before, payload)
        )
        guard !edit.changes.isEmpty || version != letter.edit?.version ?? letter.version else {
            throw OutboxRefusal("the payload is what it was before")
        }
        try await change(isRehearsal: isRehearsal) { tx in
            try await Self.store(edit, by: operation, in: tx)
            try Self.log("dead edit", "\(listener) \(edit.position)", by: operation, details: edit, in: tx)
        }
        return edit
    }

    private static func store(
        _ edit: DeadLetterEdit,
        by operation: Operator,
        in tx: borrowing Transaction
    ) async throws {
        let count = try await tx.execute(
            """
            INSERT INTO events.edit (listener, position, version, payload, edited_by, reason)
            SELECT d.listener, d.position, \(edit.version), \(RawJSON(utf8: edit.after.bytes)), \(operation.name),
                   \(operation.reason)
            FROM events.deviation d
            WHERE d.listener = \(edit.listener) AND d.position = \(edit.position) AND d.state <> 'skipped'
            ON CONFLICT (listener, position) DO UPDATE
            SET version = excluded.version, payload = excluded.payload, edited_by = excluded.edited_by,
                reason = excluded.reason, edited_at = now()
            """
        )
        guard count == 1 else { throw OutboxRefusal("the delivery is not held back any more") }
    }

    /// Reads the payload as the listener would, or as any listener of the event does if that one does not look inside.
    private func check(_ payload: JSON, version: Int, for letter: DeadLetter) throws {
        let envelope = EventEnvelope(
            id: letter.id,
            position: letter.position,
            name: EventName(rawValue: letter.name),
            version: version,
            key: OrderingKey(stored: letter.key),
            payload: payload.bytes,
            origin: Origin(),
            recordedAt: letter.failedAt
        )
        let own = listeners.filter { $0.name == letter.listener }
        guard !own.isEmpty else {
            throw OutboxError.unknownListener(letter.listener, known: listeners.map(\.name).sorted())
        }
        for candidate in own + listeners {
            guard case .transactional(let routes) = candidate.reactions, let read = routes[envelope.name]?.read else {
                continue
            }
            let key: OrderingKey
            do { key = try read(envelope) } catch { throw OutboxRefusal("\(error)") }
            guard key == envelope.key else {
                throw OutboxRefusal(
                    "the payload is about \(key) and the event about \(envelope.key); keep what it is about"
                )
            }
            return
        }
    }
}
