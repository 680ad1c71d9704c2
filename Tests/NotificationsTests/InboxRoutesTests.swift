import AchievementEvents
import AuthEvents
import FoundationEssentials
import HTTPTypes
import Identifiers
import Logging
import StrictJSON
import Testing

@testable import Notifications
@testable import Web

/// The module's endpoints as the web layer calls them.
@Suite(.timeLimit(.minutes(5))) struct InboxRoutesTests {
    private func call(
        _ operation: String,
        of stage: NotificationStage,
        query: Substring? = nil,
        path: [String] = []
    ) async throws -> Response {
        let endpoints = stage.module().endpoints.endpoints
        let endpoint = try #require(endpoints.first { $0.operationID == operation })
        let request = Request(
            id: "test",
            method: endpoint.method,
            path: endpoint.path,
            headers: [:],
            query: try QueryValues(query, endpoint.queryParameters),
            body: [],
            clientAddress: nil,
            route: Route(endpoint),
            pathValues: path,
            provenIdentity: Identity(user: stage.user, session: UUID(), role: .parent),
            seal: CursorSeal(),
            serverLogger: .silent
        )
        let response = try await endpoint.handler(request)
        if let schema = endpoint.responses.first?.content?.schema {
            #expect(schema.violations(in: try response.json).isEmpty)
        }
        return response
    }

    @Test func `a notification is listed, counted, read, and gone from the unread ones`() async throws {
        try await NotificationStage.run { stage in
            try await stage.announce(
                EmailVerified(user: stage.user),
                BadgeEarned(kid: .new(), parent: stage.user, badge: "first-story", earnedAt: Date())
            )
            let list = try await call("listNotifications", of: stage, query: "limit=1").json
            #expect(list["data"]?[0]?["category"] == "badge-earned")
            #expect(list["hasMore"] == true)
            let id = try #require(list["data"]?[0]?["id"]?.string)

            let read = try await call("readNotification", of: stage, path: [id])
            #expect(read.status == .noContent)
            let count = try await call("countUnreadNotifications", of: stage).json
            #expect(count == ["count": 1])
            let unread = try await call("listNotifications", of: stage, query: "unread=true").json
            #expect(unread["data"]?.array?.count == 1)
            #expect(unread["data"]?[0]?["category"] == "welcome")
            let all = try await call("listNotifications", of: stage).json
            #expect(all["data"]?.array?.count == 2)
            #expect(all["data"]?[0]?["readAt"] != nil)

            #expect(try await call("readAllNotifications", of: stage).status == .noContent)
            #expect(try await call("countUnreadNotifications", of: stage).json == ["count": 0])
        }
    }

    @Test func `every endpoint wants a signed-in account`() async throws {
        try await NotificationStage.run { stage in
            #expect(stage.module().endpoints.endpoints.allSatisfy { $0.access == .account })
        }
    }
}

extension Response {
    /// The body as it goes over the wire.
    fileprivate var json: JSON {
        get throws {
            guard case .bytes(let bytes) = body else { return .null }
            return try JSON(parsing: bytes)
        }
    }
}
