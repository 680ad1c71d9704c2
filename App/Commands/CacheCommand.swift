import ArgumentParser
import Cache

/// Looks into the cache that all nodes share, and voids keys of it.
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Look into the cache that nodes share, and void keys of it.",
        discussion: """
            Keys have the form service:entity:id:variant; `storytime cache groups` lists the first halves. Examples:
              storytime cache stats
              storytime cache get subscriptions:plans:all:-
              storytime cache invalidate families:kid:019aa000-0000-7000-8000-0123456789ab:-
              storytime cache invalidate --all
            """,
        subcommands: [CacheGroups.self, CacheStats.self, CacheGet.self, CacheInvalidate.self]
    )

    /// Runs a task that needs the cache in Redis.
    static func withCache<Result>(_ body: (Cache) async throws -> Result) async throws -> Result {
        try await Program.withComposition(role: "cli") { composition in
            guard composition.redis != nil else {
                throw ValidationError("Nodes share no cache without Redis; set STORYTIME_REDIS_URL")
            }
            return try await body(composition.cache)
        }
    }
}

/// What may be cached.
struct CacheGroups: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups",
        abstract: "List what is cached, for how long, and in how much memory of a node."
    )

    @Flag(help: "Print JSON.") var json = false

    private struct Group: Encodable {
        let group: String
        let lifetimeSeconds: Int
        let memoryBytes: Int
    }

    func run() throws {
        let groups = CacheGroup.all.map {
            Group(group: $0.name, lifetimeSeconds: Int($0.lifetime.components.seconds), memoryBytes: $0.memory)
        }
        if json { return try Output.json(groups) }
        Output.table(
            ["GROUP", "SECONDS", "MIB OF \(CacheGroup.totalMemory >> 20)"],
            groups.map { [$0.group, "\($0.lifetimeSeconds)", "\($0.memoryBytes >> 20)"] }
        )
    }
}

/// What Redis holds for one key.
struct CacheGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print what Redis holds for a key."
    )

    @Argument(help: "The key, such as subscriptions:plans:all:-") var key: String
    @Flag(help: "Print JSON.") var json = false

    private struct Entry: Encodable {
        let key: String
        let value: String?
        let expiresAtMilliseconds: Int
    }

    func run() async throws {
        let key = try CacheKey(parsing: key)
        let found = try await CacheCommand.withCache { try await $0.peek(key) }
        guard let found else { throw ValidationError("Redis holds nothing for \(key)") }
        let text = found.bytes.map { String(decoding: $0, as: UTF8.self) }
        if json { return try Output.json(Entry(key: "\(key)", value: text, expiresAtMilliseconds: found.expiry)) }
        print(text ?? "known not to exist")
    }
}

/// Voids keys, or everything.
struct CacheInvalidate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invalidate",
        abstract: "Void keys, or all of them, in Redis and in the memory of all nodes.",
        discussion: "A node that Redis does not reach just now uses what it has in memory for a minute at most."
    )

    @Argument(help: "The keys.") var keys: [String] = []
    @Flag(help: "Void everything.") var all = false
    @Flag(help: "Print JSON.") var json = false

    private struct Report: Encodable {
        let keys: [String]
        let all: Bool
        let nodesTold: Int
    }

    func validate() throws {
        guard keys.isEmpty == all else { throw ValidationError("Name keys, or say --all") }
    }

    func run() async throws {
        let parsed = try keys.map { try CacheKey(parsing: $0) }
        let told = try await CacheCommand.withCache { cache in
            try await all ? cache.invalidateAllEverywhere() : cache.invalidateEverywhere(parsed)
        }
        if json { return try Output.json(Report(keys: keys, all: all, nodesTold: told)) }
        let what = all ? "everything" : keys.count == 1 ? "1 key" : "\(keys.count) keys"
        print("voided \(what) in Redis and told \(told) \(told == 1 ? "node" : "nodes")")
    }
}
