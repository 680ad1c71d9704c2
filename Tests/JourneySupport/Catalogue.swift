package import StrictJSON

/// A story as far as the tests need to know it.
package struct Story: Sendable, Hashable {
    /// Its identifier.
    package let id: String
    /// The slug of its category.
    package let category: String
}

extension Client {
    /// Every story there is.
    package func stories() async throws -> [Story] {
        let page = try await get("/v1/stories?limit=100")
        return try (page["data"]?.array ?? []).map { Story(id: try $0.text("id"), category: try $0.text("category")) }
    }

    /// Reads half of a story, then finishes it.
    package func finish(_ story: Story, with kid: String) async throws {
        try await self("PUT", "/v1/kids/\(kid)/stories/\(story.id)/progress", ["percent": 50, "seconds": 60]).expect(
            200
        )
        try await self("POST", "/v1/kids/\(kid)/stories/\(story.id)/completion", ["seconds": 30]).expect(200)
    }

    /// The badges that a kid has earned.
    package func badges(of kid: String) async throws -> [String] {
        let achievements = try await get("/v1/kids/\(kid)/achievements")
        return try (achievements["badges"]?.array ?? []).filter { $0["earnedAt"]?.string != nil }.map {
            try $0.text("badge")
        }
    }

    /// Waits until a kid has earned a badge.
    package func badge(_ badge: String, of kid: String) async throws {
        try await eventually("\(kid) earns \(badge)") { try await badges(of: kid).contains(badge) }
    }

    /// Notifications of a category.
    package func notifications(_ category: String) async throws -> [JSON] {
        let page = try await get("/v1/notifications?limit=100")
        return (page["data"]?.array ?? []).filter { $0["category"]?.string == category }
    }
}
