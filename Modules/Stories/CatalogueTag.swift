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
        "A category or a theme",
        [
            .required("slug", .string().example("kindness"), "What to filter stories by"),
            .required("name", .string().example("Kindness"), "What to show of a category or theme"),
            .required(
                "description",
                .string().example("Stories in which a good deed changes everything."),
                "What to expect"
            ),
        ]
    )
}
