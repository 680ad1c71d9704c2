import ArgumentParser
import Cache

/// Looks into the cache that all nodes share, and voids keys of it.
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Look into the cache in Redis, and void keys of it.",
        discussion: "Keys have the form service:entity:id:variant; `storytime cache groups` lists the first halves.",
        subcommands: [Groups.self, Get.self, Invalidate.self]
    )

    struct Groups: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what is cached, and for how long.")

        func run() {
            Output.table(
                ["GROUP", "LIFETIME", "MEMORY PER NODE"],
                CacheGroup.all.map { [$0.name, "\($0.lifetime)", "\($0.memory >> 20) MiB"] }
            )
        }
    }

    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print what Redis holds for a key.")

        @Argument(help: "The key, such as subscriptions:subscription:USER:-") var key: String

        func run() async throws {
            let key = try CacheKey(parsing: key)
            let found = try await Program.withComposition(role: "cli") { composition in
                guard composition.redis != nil else { throw ValidationError("set STORYTIME_REDIS_URL") }
                return try await composition.cache.peek(key)
            }
            guard let found else { throw ValidationError("Redis holds nothing for \(key)") }
            print(found.bytes.map { String(decoding: $0, as: UTF8.self) } ?? "known not to exist")
        }
    }

    struct Invalidate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Void keys in Redis. What nodes have in memory lives on for a minute at most."
        )

        @Argument(help: "The keys.") var keys: [String]

        func run() async throws {
            let keys = try keys.map { try CacheKey(parsing: $0) }
            try await Program.withComposition(role: "cli") { composition in
                guard composition.redis != nil else { throw ValidationError("set STORYTIME_REDIS_URL") }
                try await composition.cache.voidShared(keys)
            }
            print("voided \(keys.count) \(keys.count == 1 ? "key" : "keys")")
        }
    }
}
