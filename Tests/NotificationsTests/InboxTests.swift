import AchievementEvents
import FoundationEssentials
import Identifiers
import Testing

@testable import Notifications
@testable import Web

@Suite(.timeLimit(.minutes(5))) struct InboxTests {
    /// A stage whose account has earned that many badges, `badge-1` first.
    private func run(badges: Int, _ body: (NotificationStage) async throws -> Void) async throws {
        try await NotificationStage.run { stage in
            for number in 1...badges {
                try await stage.announce(
                    BadgeEarned(kid: .new(), parent: stage.user, badge: "badge-\(number)", earnedAt: Date())
                )
            }
            try await body(stage)
        }
    }

    @Test func `pages show everything once, newest first`() async throws {
        try await run(badges: 7) { stage in
            var titles: [String] = []
            var sizes: [Int] = []
            var cursor: String?
            repeat {
                let paging = Paging(limit: 3, cursor: cursor)
                let page = try await stage.inbox.page(of: stage.user, unreadOnly: false, paging)
                titles += page.data.map(\.title)
                sizes.append(page.data.count)
                cursor = page.nextCursor
            } while cursor != nil
            #expect(titles == (1...7).reversed().map { "New badge: Badge \($0)" })
            #expect(sizes == [3, 3, 1])
        }
    }

    @Test func `reading one takes it off the unread ones`() async throws {
        try await run(badges: 3) { stage in
            let all = Paging(limit: 20, cursor: nil)
            let page = try await stage.inbox.page(of: stage.user, unreadOnly: true, all)
            let middle = page.data[1]
            #expect(middle.readAt == nil)
            try await stage.inbox.markRead(middle.id, by: stage.user)
            #expect(try await stage.inbox.unreadCount(of: stage.user) == 2)
            let unread = try await stage.inbox.page(of: stage.user, unreadOnly: true, all)
            #expect(unread.data.map(\.id) == [page.data[0].id, page.data[2].id])
        }
    }

    @Test func `reading again keeps the first time`() async throws {
        try await run(badges: 1) { stage in
            let all = Paging(limit: 20, cursor: nil)
            let id = try #require(try await stage.inbox.page(of: stage.user, unreadOnly: false, all).data.first).id
            try await stage.inbox.markRead(id, by: stage.user)
            let first = try await stage.inbox.page(of: stage.user, unreadOnly: false, all).data.first?.readAt
            try await stage.inbox.markRead(id, by: stage.user)
            let second = try await stage.inbox.page(of: stage.user, unreadOnly: false, all).data.first?.readAt
            #expect(first != nil)
            #expect(first == second)
        }
    }

    @Test func `nobody reads, counts or marks what is another's`() async throws {
        try await run(badges: 1) { stage in
            let other = UserID.new()
            let all = Paging(limit: 20, cursor: nil)
            let id = try #require(try await stage.inbox.page(of: stage.user, unreadOnly: false, all).data.first).id
            await #expect(throws: Problem.notFound("notification")) {
                try await stage.inbox.markRead(id, by: other)
            }
            try await stage.inbox.markAllRead(by: other)
            #expect(try await stage.inbox.page(of: other, unreadOnly: false, all).data.isEmpty)
            #expect(try await stage.inbox.unreadCount(of: other) == 0)
            #expect(try await stage.inbox.unreadCount(of: stage.user) == 1)
        }
    }

    @Test func `reading all leaves none unread`() async throws {
        try await run(badges: 3) { stage in
            try await stage.inbox.markAllRead(by: stage.user)
            #expect(try await stage.inbox.unreadCount(of: stage.user) == 0)
        }
    }

    @Test(arguments: ["nonsense", "", "AAAAAAAAAAAAAAAAAAAAA!", "AAAAAAAAAAAAAAAAAAAAAAAA", "=====================A"])
    func `a cursor that is none of ours is refused by name`(cursor: String) {
        let problem = #expect(throws: Problem.self) { try InboxCursor.decode(cursor) }
        #expect(problem?.code == .validationFailed)
        #expect(problem?.errors.count == 1)
    }

    @Test func `a cursor comes back as it went`() throws {
        for _ in 1...100 {
            let id = NotificationID.new()
            #expect(try InboxCursor.decode(InboxCursor.encode(id)) == id)
        }
    }
}
