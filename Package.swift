// swift-tools-version:6.2
import PackageDescription

// The map of Storytime. A target sees only what its line names, and never a line below its own layer:
// C modules → Platform → Events → Contracts → Modules → App.
let package = Package(
    name: "storytime",
    products: [.executable(name: "storytime", targets: ["App"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.5"),
        .package(url: "https://github.com/apple/swift-service-context", from: "1.5.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // Platform: what is neither feature nor event.
        .systemLibrary(name: "CEpoll", path: "Platform/CEpoll"),
        .systemLibrary(
            name: "CPostgres",
            path: "Platform/CPostgres",
            pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"])]
        ),
        .systemLibrary(
            name: "CArgon2",
            path: "Platform/CArgon2",
            pkgConfig: "libargon2",
            providers: [.apt(["libargon2-dev"])]
        ),
        .systemLibrary(name: "CHiredis", path: "Platform/CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CZlib", path: "Platform/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CCurl", path: "Platform/CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "CRabbitMQ", path: "Platform/CRabbitMQ", linkerSettings: [.linkedLibrary("rabbitmq")]),
        .platform("Addresses"),
        .platform("Identifiers"),
        .platform("Instruments"),
        .platform("Machine"),
        .platform("StrictJSON"),
        .platform("Origin", [.context, "Identifiers"]),
        .platform(
            "Telemetry",
            ["Machine", "Origin", "StrictJSON", .context, .coreMetrics, .lifecycle, .logging, .tracing]
        ),
        .platform("Reactor", ["CEpoll", .heap]),
        .platform(
            "Postgres",
            ["CPostgres", "Reactor", "Identifiers", "Origin", .context, .deque, .logging, .metrics, .tracing]
        ),
        .platform(
            "Redis",
            ["CHiredis", "Origin", "Reactor", .context, .crypto, .deque, .heap, .logging, .tracing]
        ),
        .platform("Cache", ["Redis", .logging, .lifecycle]),
        .platform("Diagnosis", ["Machine", "Postgres", "Reactor", "Redis", .logging]),
        .platform(
            "Jobs",
            [
                "Postgres", "Identifiers", "Instruments", "Origin", "StrictJSON", .context, .lifecycle, .logging,
                .metrics, .tracing,
            ]
        ),
        .platform("RateLimits", ["Redis", "Web", .deque, .logging]),
        .platform("RabbitMQ", ["CRabbitMQ", "Instruments", .metrics]),
        .platform("Gzip", ["CZlib"]),
        .platform("Resilience", [.deque]),
        .platform(
            "WebClient",
            [
                "Addresses", "Instruments", "Origin", "Resilience", "StrictJSON", .context, .httpClient, .httpTypes,
                .metrics, .nio, .nioHTTP1, .nioPosix, .tracing,
            ]
        ),
        .platform("Mail", ["CCurl", "Jobs", "Origin", .context, .nioPosix, .tracing]),
        .platform(
            "Web",
            [
                "Addresses", "Gzip", "Identifiers", "StrictJSON", "Origin", .hummingbird, .hummingbirdCore,
                .hummingbirdHTTP2, .httpTypes, .nio, .nioHTTP1, .nioSSL, .nioHTTPTypes, .nioHTTPTypesHTTP1, .crypto,
                .logging, .metrics, .lifecycle, .context, .tracing,
            ]
        ),
        .platform(
            "Idempotency",
            ["Identifiers", "Postgres", "StrictJSON", "Web", .httpTypes, .crypto, .lifecycle, .logging]
        ),

        // Events: the heart.
        .target(name: "Events", dependencies: ["Identifiers", "StrictJSON", "Origin"], path: "Events/Core"),
        .target(
            name: "EventDelivery",
            dependencies: ["Events", "Postgres", "Origin", .context, .deque, .logging, .tracing],
            path: "Events/Bus"
        ),
        .target(
            name: "EventOutbox",
            dependencies: [
                "EventDelivery", "Events", "Gzip", "Identifiers", "Instruments", "Origin", "Postgres", "Reactor",
                "StrictJSON", .crypto, .deque, .logging, .lifecycle, .metrics,
            ],
            path: "Events/Outbox"
        ),
        .target(
            name: "EventRelay",
            dependencies: [
                "EventDelivery", "EventOutbox", "Events", "Origin", "Postgres", "RabbitMQ", "StrictJSON", .logging,
                .lifecycle, .metrics,
            ],
            path: "Events/Relay"
        ),
        .target(
            name: "EventAdministration",
            dependencies: [
                "EventDelivery", "EventOutbox", "Events", "Identifiers", "Postgres", "StrictJSON", "Web", .httpTypes,
            ],
            path: "Events/Administration"
        ),
        .contract("AuthEvents"),
        .contract("FamilyEvents"),
        .contract("StoryEvents"),
        .contract("AchievementEvents"),
        .contract("SubscriptionEvents"),
        .contract("PaymentEvents"),
        .contract("NotificationEvents"),

        // Modules: who publishes what, and who hears whom.
        .target(
            name: "ModuleInterface",
            dependencies: ["Cache", "EventDelivery", "Events", "Jobs", "Postgres", "Web"],
            path: "Modules/Interface"
        ),
        .feature("Auth", publishes: "AuthEvents", uses: ["CArgon2", "Mail", .jwt, .crypto]),
        .feature("Families", publishes: "FamilyEvents", hears: ["SubscriptionEvents"], uses: ["Idempotency"]),
        .feature(
            "Stories",
            publishes: "StoryEvents",
            hears: ["SubscriptionEvents"],
            uses: [.crypto],
            resources: [.embedInCode("Catalogue")]
        ),
        .feature("Achievements", publishes: "AchievementEvents", hears: ["FamilyEvents", "StoryEvents"]),
        .feature("Subscriptions", publishes: "SubscriptionEvents", hears: ["AuthEvents"]),
        .feature("Payments", publishes: "PaymentEvents", uses: ["Idempotency"]),
        .feature(
            "Notifications",
            publishes: "NotificationEvents",
            hears: ["AuthEvents", "AchievementEvents", "PaymentEvents"],
            uses: ["Mail"]
        ),
        .feature("Analytics", hears: []),

        // Composition.
        .target(
            name: "Migrations",
            dependencies: ["Postgres", .crypto, .logging],
            path: "Migrations",
            resources: [.embedInCode("SQL")]
        ),
        .executableTarget(
            name: "App",
            dependencies: [
                "Auth", "Families", "Stories", "Achievements", "Subscriptions", "Payments", "Notifications",
                "Analytics",
                "Addresses", "Cache", "Diagnosis", "EventAdministration", "EventDelivery", "EventOutbox", "EventRelay",
                "Events", "Idempotency", "Identifiers", "Jobs", "Machine", "Mail", "Migrations", "ModuleInterface",
                "Origin", "Postgres", "RabbitMQ", "RateLimits", "Reactor", "Redis", "StrictJSON", "Telemetry", "Web",
                "WebClient",
                .argumentParser, .httpTypes, .logging, .lifecycle, .metrics, .tracing, .unixSignals,
            ],
            path: "App"
        ),

        // Kits: how modules and the outbox are tested. No product depends on them.
        .target(
            name: "EventTesting",
            dependencies: [
                "EventDelivery", "EventOutbox", "Events", "Jobs", "ModuleInterface", "Postgres", "StrictJSON",
                "TestSupport", .logging,
            ],
            path: "Events/Testing"
        ),
        .target(
            name: "EventFaults",
            dependencies: ["EventDelivery", "EventOutbox", "Events", "Postgres", .logging],
            path: "Events/Faults"
        ),

        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "Cache", "EventDelivery", "EventOutbox", "EventRelay", "Events", "Instruments", "JourneySupport",
                "Migrations", "Origin", "Postgres", "RabbitMQ", "Reactor", "Redis", "StrictJSON", "Telemetry", "Web",
                .argumentParser, .context, .httpClient, .httpTypes, .hummingbird, .logging, .metrics, .nio, .nioHTTP1,
                .tracing,
            ],
            path: "Benchmarks",
            exclude: ["Peers", "Wrk", "load"]
        ),

        // Tests: one folder a target.
        .testTarget(name: "ArchitectureTests", path: "Tests/ArchitectureTests", exclude: ["Snippets"]),
        .testTarget(
            name: "ContractTests",
            dependencies: .contracts + ["Events", "Identifiers", "Origin", "StrictJSON"],
            path: "Tests/ContractTests",
            exclude: ["Golden"]
        ),
        .tests("Identifiers"),
        .tests("StrictJSON"),
        .tests("Machine"),
        .tests("Reactor"),
        .tests("RabbitMQ", ["TestSupport"]),
        .tests("Resilience", ["TestSupport"]),
        .tests(
            "Redis",
            ["Origin", "Reactor", "Telemetry", "TestSupport", .context, .logging, .loggingInMemory, .tracing]
        ),
        .tests("Cache", ["Redis", "TestSupport", .logging]),
        .tests("RateLimits", ["Redis", "TestSupport", "Web", .logging]),
        .tests(
            "WebClient",
            [
                "Addresses", "Origin", "Resilience", "Telemetry", "TestSupport", .context, .httpTypes, .nio, .nioPosix,
                .tracing,
            ]
        ),
        .tests("Postgres", ["Reactor", "Identifiers", "TestSupport", .logging, .loggingInMemory]),
        .tests("Diagnosis", ["Machine", "Postgres", "Redis", "TestSupport"]),
        .tests("Jobs", ["Identifiers", "Origin", "Postgres", "TestSupport", .lifecycle, .logging, .loggingInMemory]),
        .tests("Idempotency", ["Identifiers", "Postgres", "StrictJSON", "TestSupport", "Web", .httpTypes, .logging]),
        .testTarget(
            name: "MailTests",
            dependencies: ["Jobs", "Mail", "Origin", "Telemetry", .context, .tracing],
            path: "Tests/MailTests",
            exclude: ["Peers"]
        ),
        .tests(
            "Telemetry",
            ["Origin", "StrictJSON", "TestSupport", .context, .coreMetrics, .lifecycle, .logging, .tracing]
        ),
        .tests(
            "Web",
            [
                "Addresses", "Gzip", "Identifiers", "Origin", "StrictJSON", .httpClient, .httpTypes, .lifecycle,
                .logging, .loggingInMemory, .metrics, .metricsTesting, .nio, .nioEmbedded, .nioHTTP1, .nioHTTPTypes,
                .nioPosix, .nioSSL,
            ]
        ),
        .tests("EventOutbox", .forEvents + ["EventFaults", "Gzip", "Migrations", "Origin", "Reactor"]),
        .tests("EventAdministration", .forEvents + ["EventOutbox", "Web"]),
        .tests(
            "EventRelay",
            .forEvents + [
                "EventOutbox", "JourneySupport", "Origin", "RabbitMQ", "Telemetry", .context, .loggingInMemory,
                .metrics,
                .metricsTesting, .tracing,
            ]
        ),
        .tests("EventTesting", .forEvents + ["Jobs", "ModuleInterface", "Web"]),
        .tests("EventFaults", .forEvents + ["EventOutbox", "Migrations"]),
        .tests("Auth", .forModules + ["AuthEvents", "Mail", .crypto, .httpClient, .nio, .nioHTTP1]),
        .tests("Families", .forModules + ["SubscriptionEvents"]),
        .tests("Stories", .forModules + ["SubscriptionEvents"]),
        .tests("Achievements", .forModules + ["AchievementEvents", "FamilyEvents", "StoryEvents"]),
        .tests("Subscriptions", .forModules + ["AuthEvents", "SubscriptionEvents"]),
        .tests("Payments", .forModules + ["Subscriptions"]),
        .tests(
            "Notifications",
            .forModules + ["AchievementEvents", "AuthEvents", "Mail", "NotificationEvents", "PaymentEvents"]
        ),
        .tests("Analytics", .forModules + ["AuthEvents", "EventFaults", "Origin"]),
        .testTarget(name: "JourneyTests", dependencies: .forJourneys, path: "Tests/JourneyTests"),
        .testTarget(name: "DeployTests", dependencies: .forJourneys, path: "Tests/DeployTests"),
        .testTarget(name: "FaultTests", dependencies: .forJourneys + ["EventFaults"], path: "Tests/FaultTests"),

        // What tests share.
        .target(
            name: "TestSupport",
            dependencies: [
                "Identifiers", "Migrations", "Postgres", "Reactor", "Redis", "StrictJSON", "Web", .httpClient, .logging,
                .nio, .nioHTTP1,
            ],
            path: "Tests/Support",
            exclude: ["Peers"]
        ),
        .target(
            name: "JourneySupport",
            dependencies: ["Events", "Postgres", "StrictJSON", "TestSupport", .httpClient, .logging, .nio, .nioHTTP1],
            path: "Tests/JourneySupport"
        ),
    ]
)

// MARK: - Words of the map

extension Target {
    /// A part of the platform: usable by every layer above it.
    static func platform(_ name: String, _ dependencies: [Dependency] = []) -> Target {
        .target(name: name, dependencies: dependencies, path: "Platform/\(name)")
    }

    /// Events that one module announces. Listeners depend on this, never on the module.
    static func contract(_ name: String) -> Target {
        .target(name: name, dependencies: ["Events", "Identifiers"], path: "Events/Contracts/\(name)")
    }

    /// A module knows the events it publishes, the events it hears, and no other module.
    static func feature(
        _ name: String,
        publishes: Dependency? = nil,
        hears: [Dependency] = [],
        uses: [Dependency] = [],
        resources: [Resource] = []
    ) -> Target {
        let everyFeatureUses: [Dependency] = [
            "ModuleInterface", "Cache", "EventDelivery", "Events", "Identifiers", "Jobs", "Origin", "Postgres",
            "StrictJSON", "Web", .httpTypes, .logging,
        ]
        let contracts = [publishes].compactMap { $0 } + hears
        return .target(
            name: name,
            dependencies: everyFeatureUses + contracts + uses,
            path: "Modules/\(name)",
            resources: resources
        )
    }

    /// The tests of one target, and what else they use.
    static func tests(_ name: String, _ uses: [Dependency] = []) -> Target {
        .testTarget(name: "\(name)Tests", dependencies: [.target(name: name)] + uses, path: "Tests/\(name)Tests")
    }
}

extension Target.Dependency {
    static let argumentParser: Self = .product(name: "ArgumentParser", package: "swift-argument-parser")
    static let coreMetrics: Self = .product(name: "CoreMetrics", package: "swift-metrics")
    static let context: Self = .product(name: "ServiceContextModule", package: "swift-service-context")
    static let crypto: Self = .product(name: "Crypto", package: "swift-crypto")
    static let deque: Self = .product(name: "DequeModule", package: "swift-collections")
    static let heap: Self = .product(name: "HeapModule", package: "swift-collections")
    static let httpClient: Self = .product(name: "AsyncHTTPClient", package: "async-http-client")
    static let httpTypes: Self = .product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbird: Self = .product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore: Self = .product(name: "HummingbirdCore", package: "hummingbird")
    static let hummingbirdHTTP2: Self = .product(name: "HummingbirdHTTP2", package: "hummingbird")
    static let jwt: Self = .product(name: "JWTKit", package: "jwt-kit")
    static let lifecycle: Self = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let tracing: Self = .product(name: "Tracing", package: "swift-distributed-tracing")
    static let unixSignals: Self = .product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let logging: Self = .product(name: "Logging", package: "swift-log")
    static let loggingInMemory: Self = .product(name: "InMemoryLogging", package: "swift-log")
    static let metrics: Self = .product(name: "Metrics", package: "swift-metrics")
    static let metricsTesting: Self = .product(name: "MetricsTestKit", package: "swift-metrics")
    static let nio: Self = .product(name: "NIOCore", package: "swift-nio")
    static let nioEmbedded: Self = .product(name: "NIOEmbedded", package: "swift-nio")
    static let nioHTTP1: Self = .product(name: "NIOHTTP1", package: "swift-nio")
    static let nioHTTPTypes: Self = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
    static let nioHTTPTypesHTTP1: Self = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
    static let nioSSL: Self = .product(name: "NIOSSL", package: "swift-nio-ssl")
    static let nioPosix: Self = .product(name: "NIOPosix", package: "swift-nio")
}

extension [Target.Dependency] {
    /// Every module's events.
    static let contracts: Self = [
        "AchievementEvents", "AuthEvents", "FamilyEvents", "NotificationEvents", "PaymentEvents", "StoryEvents",
        "SubscriptionEvents",
    ]
    /// What tests of the event path use.
    static let forEvents: Self = [
        "EventDelivery", "Events", "Identifiers", "Postgres", "StrictJSON", "TestSupport", .lifecycle, .logging,
    ]
    /// What tests of modules use.
    static let forModules: Self = [
        "Cache", "EventDelivery", "EventOutbox", "EventTesting", "Events", "Identifiers", "Jobs", "Postgres",
        "StrictJSON",
        "TestSupport", "Web", .httpTypes, .logging,
    ]
    /// What tests of the whole program use.
    static let forJourneys: Self = ["JourneySupport", "Postgres", "StrictJSON", "TestSupport"]
}

// MARK: - One set of rules for every Swift target

for target in package.targets where target.type != .system && !["CCurl", "CRabbitMQ"].contains(target.name) {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("ImmutableWeakCaptures"),
        .enableUpcomingFeature("InferIsolatedConformances"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
