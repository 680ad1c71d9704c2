import ArgumentParser
import Foundation
import JourneySupport
import Postgres

/// Families that finish stories: signed in, each with a kid, on a plan without limits, before a large catalogue.
///
/// Every story is finished once by each, so each request writes.
final class HTTPFamilies {
    private let file: String
    private var begun = 0
    private static let stories = 40_000

    private init(_ lines: [String]) throws {
        file = FileManager.default.temporaryDirectory.appending(path: "storytime-\(UUID().uuidString).families").path
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: file) }

    /// Lets so many join, through the API.
    static func join(_ count: Int, _ storytime: Storytime) async throws -> HTTPFamilies {
        let server = try await storytime.serve()
        var lines: [String] = []
        for _ in 0..<count {
            let parent = try await Parent.join(server.client, storytime)
            lines.append("\(parent.client.token ?? "") \(try await parent.addKid("Mia"))")
        }
        _ = await server.stop()
        try await enlarge(storytime.database)
        return try HTTPFamilies(lines)
    }

    private static func enlarge(_ database: Database) async throws {
        try await database.transaction { tx in
            tx.send(
                """
                INSERT INTO stories.story (id, slug, title, description, language, background_color, age_min, age_max,
                                           category, word_count, duration_seconds)
                SELECT ('0190f2a4-5b3c-7d1e-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'story-' || n, 'Story ' || n, '',
                       'en', '#FFFFFF', 0, 12, (SELECT min(slug) FROM stories.category), 100, 60
                FROM generate_series(0, \(stories)::integer - 1) AS n
                """
            )
            tx.send(
                """
                INSERT INTO stories.entitlement (parent, stories_per_day, position) SELECT id, 1000000, 0 FROM auth.account
                ON CONFLICT (parent) DO UPDATE SET stories_per_day = excluded.stories_per_day
                """
            )
            tx.send("ANALYZE")
        }
    }

    /// Lets them finish stories for a while.
    func finish(_ wrk: Wrk, at url: String) throws -> Wrk.Sight {
        let sight = try wrk.run("completions.lua", at: url, [file, "\(begun)"])
        // Those that were on their way at the end have written too.
        begun += sight.requests + 2 * wrk.clients
        return sight
    }
}
