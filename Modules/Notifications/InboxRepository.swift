import Events
import Identifiers
import Postgres
import StrictJSON

/// The notifications that are shown in the app.
enum InboxRepository {
    /// - Returns: Whether it is new; false for an event that was heard before.
    static func insert(
        _ notice: Notice,
        because event: EventEnvelope,
        in tx: borrowing Transaction
    ) async throws -> Bool {
        try await tx.execute(
            """
            INSERT INTO notifications.notification (id, user_id, category, title, body, data, created_at)
            VALUES (\(event.id), \(notice.user), \(notice.category), \(notice.title), \(notice.body),
                    \(RawJSON(utf8: notice.data.bytes)), \(event.recordedAt))
            ON CONFLICT (id) DO NOTHING
            """
        ) == 1
    }

    /// Newest first, older than `last`.
    static func page(
        of user: UserID,
        unreadOnly: Bool,
        after last: NotificationID?,
        limit: Int,
        _ database: Database
    ) async throws -> [NotificationItem] {
        let rows =
            unreadOnly
            ? try await database.read(
                """
                SELECT id, category, title, body, data, created_at, read_at FROM notifications.notification
                WHERE user_id = \(user) AND id < \(last ?? .last) AND read_at IS NULL
                ORDER BY id DESC LIMIT \(limit)
                """
            )
            : try await database.read(
                """
                SELECT id, category, title, body, data, created_at, read_at FROM notifications.notification
                WHERE user_id = \(user) AND id < \(last ?? .last)
                ORDER BY id DESC LIMIT \(limit)
                """
            )
        return try rows.map { try NotificationItem($0) }
    }

    static func unreadCount(of user: UserID, _ database: Database) async throws -> Int {
        try await database.read(
            "SELECT count(*) AS count FROM notifications.notification WHERE user_id = \(user) AND read_at IS NULL"
        )[0]["count"]
    }

    /// - Returns: Whether the account has such a notification; the first time of reading it stays.
    static func markRead(_ id: NotificationID, of user: UserID, in tx: borrowing Transaction) async throws -> Bool {
        try await tx.execute(
            """
            UPDATE notifications.notification SET read_at = coalesce(read_at, now())
            WHERE id = \(id) AND user_id = \(user)
            """
        ) == 1
    }

    static func markAllRead(of user: UserID, in tx: borrowing Transaction) {
        tx.send(
            "UPDATE notifications.notification SET read_at = now() WHERE user_id = \(user) AND read_at IS NULL"
        )
    }
}
