import Events
import FoundationEssentials
import Identifiers
import Postgres

/// The mails there was cause to send.
enum MailRepository {
    /// - Returns: Whether it is new; false for an event that was heard before.
    static func insert(
        _ category: Category,
        to user: UserID,
        because event: EventEnvelope,
        in tx: borrowing Transaction
    ) async throws -> Bool {
        try await tx.execute(
            """
            INSERT INTO notifications.mail (id, user_id, category, created_at)
            VALUES (\(event.id), \(user), \(category), \(event.recordedAt))
            ON CONFLICT (id) DO NOTHING
            """
        ) == 1
    }

    /// - Returns: When the mail was written; nil when it has been sent.
    static func unsent(_ id: UUID, _ database: Database) async throws -> Date? {
        let rows = try await database.read(
            "SELECT created_at FROM notifications.mail WHERE id = \(id) AND sent_at IS NULL"
        )
        return try rows.first.map { try $0["created_at"] }
    }

    /// - Returns: Whether it was this call that noted it.
    static func markSent(_ id: UUID, in tx: borrowing Transaction) async throws -> Bool {
        try await tx.execute(
            "UPDATE notifications.mail SET sent_at = now() WHERE id = \(id) AND sent_at IS NULL"
        ) == 1
    }
}
