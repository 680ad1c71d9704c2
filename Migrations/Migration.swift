import Crypto

/// One numbered step of one schema. Its text is part of the program and never changes once it was applied anywhere.
public struct Migration: Sendable, Hashable {
    /// The Postgres schema it belongs to, which is made before its first migration.
    public let schema: String
    /// Its number within the schema, from 1 without gaps.
    public let number: Int
    /// What it does, in a few words.
    public let title: String
    /// The statements.
    public let sql: String

    /// `schema/0001`.
    public var name: String {
        let digits = String(number)
        return "\(schema)/" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// SHA-256 of the text, in hexadecimal.
    public var checksum: String {
        SHA256.hash(data: Array(sql.utf8)).map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }.joined()
    }

    init(_ schema: String, _ number: Int, _ title: String, _ bytes: [UInt8]) {
        self.schema = schema
        self.number = number
        self.title = title
        sql = String(decoding: bytes, as: UTF8.self)
    }
}

/// Every migration, in the order in which they are applied.
public enum Migrations {
    /// Schemas do not refer to each other, so only the order within one matters.
    public static let all: [Migration] = [
        Migration("events", 1, "outbox", PackageResources.events_0001_outbox_sql),
        Migration("events", 2, "causation", PackageResources.events_0002_causation_sql),
        Migration("events", 3, "operations", PackageResources.events_0003_operations_sql),
        Migration("events", 4, "nodes", PackageResources.events_0004_nodes_sql),
        Migration("events", 5, "deviations", PackageResources.events_0005_deviations_sql),
        Migration("events", 6, "partitions", PackageResources.events_0006_partitions_sql),
        Migration("events", 7, "lane leases", PackageResources.events_0007_lane_leases_sql),
        Migration("events", 8, "incarnation", PackageResources.events_0008_incarnation_sql),
        Migration("jobs", 1, "queue", PackageResources.jobs_0001_queue_sql),
        Migration("web", 1, "requests", PackageResources.web_0001_requests_sql),
        Migration("stories", 1, "catalogue", PackageResources.stories_0001_catalogue_sql),
        Migration("stories", 2, "reading", PackageResources.stories_0002_reading_sql),
        Migration("stories", 3, "indexes of foreign keys", PackageResources.stories_0003_foreign_keys_sql),
        Migration("achievements", 1, "progress", PackageResources.achievements_0001_progress_sql),
        Migration("achievements", 2, "badges", PackageResources.achievements_0002_badges_sql),
        Migration("auth", 1, "accounts", PackageResources.auth_0001_accounts_sql),
        Migration("families", 1, "kids", PackageResources.families_0001_kids_sql),
        Migration("families", 2, "indexes of foreign keys", PackageResources.families_0002_foreign_keys_sql),
        Migration("subscriptions", 1, "plans", PackageResources.subscriptions_0001_plans_sql),
        Migration("payments", 1, "payments", PackageResources.payments_0001_payments_sql),
        Migration("notifications", 1, "inbox", PackageResources.notifications_0001_inbox_sql),
        Migration("analytics", 1, "daily counts", PackageResources.analytics_0001_daily_counts_sql),
    ]
}
