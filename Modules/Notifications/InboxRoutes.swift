import HTTPTypes
import Web

/// The inbox over HTTP.
struct InboxRoutes: Sendable {
    let inbox: InboxService

    var group: EndpointGroup {
        EndpointGroup("Notifications", "What happened, told in the app", [list, unreadCount, read, readAll])
    }

    /// Whoever puts something into the inbox.
    private static let projections = [
        "notifications.welcome-user", "notifications.celebrate-badge", "notifications.send-receipt",
        "notifications.warn-of-failed-payment",
    ]

    private var list: Endpoint {
        Endpoint(
            .get,
            "/v1/notifications",
            "listNotifications",
            "List notifications, newest first",
            access: .account,
            query: .paging + [.boolean("unread", "Only those that were not read yet", default: false)],
            returns: .ok(Page<NotificationItem>.self)
        ) { request in
            let unreadOnly = request.query.boolean("unread") ?? false
            let paging = try request.paging
            let page = try await inbox.page(of: try request.identity.user, unreadOnly: unreadOnly, paging)
            return .ok(page.sealed(by: paging))
        }
        .reads(projections: Self.projections)
    }

    private var unreadCount: Endpoint {
        Endpoint(
            .get,
            "/v1/notifications/unread-count",
            "countUnreadNotifications",
            "Count unread notifications",
            access: .account,
            returns: .ok(UnreadCount.self)
        ) { request in
            .ok(UnreadCount(count: try await inbox.unreadCount(of: try request.identity.user)))
        }
        .reads(projections: Self.projections)
    }

    private var read: Endpoint {
        Endpoint(
            .post,
            "/v1/notifications/{notification}/read",
            "readNotification",
            "Mark a notification as read",
            access: .account,
            returns: .noContent,
            fails: [.notFound]
        ) { request in
            try await inbox.markRead(try request.id("notification"), by: try request.identity.user)
            return .noContent
        }
    }

    private var readAll: Endpoint {
        Endpoint(
            .post,
            "/v1/notifications/read-all",
            "readAllNotifications",
            "Mark all notifications as read",
            access: .account,
            returns: .noContent
        ) { request in
            try await inbox.markAllRead(by: try request.identity.user)
            return .noContent
        }
    }
}
