import Identifiers
import Postgres
import Web

/// What an account does with its notifications.
struct InboxService: Sendable {
    let database: Database

    /// A page of the account's notifications, newest first.
    func page(of user: UserID, unreadOnly: Bool, _ paging: Paging) async throws -> Page<NotificationItem> {
        let last = try paging.cursor.map { try InboxCursor.decode($0) }
        let items = try await InboxRepository.page(
            of: user,
            unreadOnly: unreadOnly,
            after: last,
            limit: paging.limit + 1,
            database
        )
        let shown = items.prefix(paging.limit)
        let more = items.count > paging.limit
        return Page(Array(shown), nextCursor: more ? shown.last.map { InboxCursor.encode($0.id) } : nil)
    }

    /// How many the account has not read.
    func unreadCount(of user: UserID) async throws -> Int {
        try await InboxRepository.unreadCount(of: user, database)
    }

    /// Marks one as read. Reading it again changes nothing.
    func markRead(_ id: NotificationID, by user: UserID) async throws {
        let found = try await database.transaction { tx in
            try await InboxRepository.markRead(id, of: user, in: tx)
        }
        guard found else { throw Problem.notFound("notification") }
    }

    /// Marks all as read that are there now.
    func markAllRead(by user: UserID) async throws {
        try await database.transaction { tx in InboxRepository.markAllRead(of: user, in: tx) }
    }
}
