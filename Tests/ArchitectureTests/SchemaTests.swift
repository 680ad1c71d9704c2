import Foundation
import Testing

/// A module owns one Postgres schema, and no SQL of one names another's.
@Suite struct SchemaTests {
    static let schemas =
        (try? Checkout.folders(in: "Modules").filter { $0 != "Interface" }.map { $0.lowercased() }) ?? []

    @Test(arguments: schemas) func `a module's statements stay in its schema`(schema: String) throws {
        let folder = "Modules/\(schema.capitalized)"
        for file in Checkout.swiftFiles(in: folder) {
            let text = try Checkout.text(file)
            for foreign in Self.schemas + ["events", "jobs", "web", "storytime"] where foreign != schema {
                #expect(!Self.names(text, foreign), "\(file) names the schema \(foreign)")
            }
        }
    }

    @Test func `a migration stays in its schema`() throws {
        for file in Checkout.files(in: "Migrations/SQL") {
            let own = try #require(file.split(separator: "/").last?.split(separator: "_").first)
            let text = try Checkout.text(file)
            for foreign in Self.schemas + ["events", "jobs", "web"] where foreign != String(own) {
                #expect(!Self.names(text, foreign), "\(file) names the schema \(foreign)")
            }
        }
    }

    @Test func `every migration is listed, and none twice`() throws {
        let list = try Checkout.text("Migrations/Migration.swift")
        for file in Checkout.files(in: "Migrations/SQL") {
            let name = try #require(file.split(separator: "/").last).replacing(".", with: "_")
            let count = list.ranges(of: "PackageResources.\(name)").count
            #expect(count == 1, "Migrations/Migration.swift lists \(file) \(count) times")
        }
    }

    /// True when SQL after one of its words names a table of the schema.
    private static func names(_ text: String, _ schema: String) -> Bool {
        let pattern = "(?i)\\b(from|join|into|update|table|references|only|exists|delete|on)\\s+\(schema)\\.[a-z_]+"
        return text.range(of: pattern, options: .regularExpression) != nil
    }
}
