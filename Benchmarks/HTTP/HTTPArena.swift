import Foundation
import JourneySupport

/// Our program and its peers, all of them running, each on its own copy of one database.
struct HTTPArena {
    let ours: Server
    let ourURL: String
    /// Express with a process a core.
    let express: PeerServer
    /// Express with a single process.
    let single: PeerServer
    let bare: PeerServer
    let families: HTTPFamilies
    /// The path of a story that everybody reads.
    let story: String

    private static let name = "storytime_http"

    /// Makes the databases and lends the servers on them.
    static func lend(_ place: HTTPPlace, families count: Int, _ body: (HTTPArena) async throws -> Void) async throws {
        try await place.create(name)
        let families = try await withStorytime(place, isMigrated: true) { try await HTTPFamilies.join(count, $0) }
        for copy in ["\(name)_express", "\(name)_single"] { try await place.create(copy, from: name) }
        try await withStorytime(place, isMigrated: false) { storytime in
            let arena = try await HTTPArena(place, storytime, families)
            do {
                try await body(arena)
                await arena.close()
            } catch {
                await arena.close()
                throw error
            }
        }
    }

    /// No line a request, as neither peer writes one.
    private init(_ place: HTTPPlace, _ storytime: Storytime, _ families: HTTPFamilies) async throws {
        let environment = ["STORYTIME_REDIS_URL": place.redis, "STORYTIME_LOG_LEVEL": "notice"]
        ours = try await storytime.serve("--only-api", environment: environment)
        ourURL = "http://127.0.0.1:\(ours.port)"
        story = "/v1/stories/\(try await ours.client.stories()[0].id)"
        let keys = try await ours.client.get("/.well-known/jwks.json")
        express = try await place.express("\(Self.name)_express", keys: keys, workers: 2)
        single = try await place.express("\(Self.name)_single", keys: keys, workers: 1)
        bare = try await place.bare(try await ours.client("GET", story).body)
        self.families = families
    }

    private func close() async {
        for peer in [express, single, bare] { await peer.kill() }
    }

    private static func withStorytime<Result>(
        _ place: HTTPPlace,
        isMigrated: Bool,
        _ body: (Storytime) async throws -> Result
    ) async throws -> Result {
        let url = try place.url(of: name)
        return try await place.withDatabase(at: url) { database in
            try await JourneySupport.lend(try Storytime(database, url: url), isMigrated: isMigrated, body)
        }
    }
}
