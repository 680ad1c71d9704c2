import Postgres
import Web

/// A category or a theme.
struct CatalogueTag: Encodable, Sendable {
    let slug: String
    let name: String
    let description: String

    init(_ row: Row) throws {
        slug = try row["slug"]
        name = try row["name"]
        description = try row["description"]
    }
}

extension CatalogueTag: ResponseBody {
    static let schema = Schema.object(
        "CatalogueTag",
        [
            .required("slug", .string(), "What to filter stories by"),
            .required("name", .string(), "What to show"),
            .required("description", .string(), "What to expect"),
        ]
    )
}
