package import StrictJSON

extension Answer {
    /// What names the write that this answers.
    package var position: String {
        get throws {
            guard let position = self["Storytime-Position"] else { throw PositionMissing(request: request) }
            return position
        }
    }

    /// Whether what was read had taken in what the request was waiting for.
    package var freshness: String { self["Storytime-Freshness"] ?? "nothing was said of freshness" }
}

extension Client {
    /// Sends a request that waits for a write.
    package func callAsFunction(
        _ method: String,
        _ path: String,
        _ json: JSON? = nil,
        waitingFor position: String
    ) async throws -> Answer {
        try await self(method, path, json, headers: ["Storytime-Wait-For": position])
    }

    /// Finishes a story and returns what names the write.
    package func position(ofFinishing story: Story, with kid: String) async throws -> String {
        let answer = try await self("POST", "/v1/kids/\(kid)/stories/\(story.id)/completion", ["seconds": 30])
        try answer.expect(200)
        return try answer.position
    }
}

/// A write that should have been named was not.
struct PositionMissing: Error {
    let request: String
}
