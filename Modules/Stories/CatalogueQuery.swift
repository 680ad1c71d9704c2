import FoundationEssentials
import Identifiers

/// What a list of stories is asked for; nil asks for nothing.
struct CatalogueQuery: Sendable {
    var category: String?
    var theme: String?
    var age: Int?
    var language: String?
    var recommended: Bool?
    var words = ""

    /// One pattern a word for `ILIKE ALL`; what is special in patterns is searched for as it is.
    var patterns: [String] {
        words.split(whereSeparator: \.isWhitespace).map { word in
            word.reduce(into: "%") { pattern, character in
                if #"\%_"#.contains(character) { pattern.append("\\") }
                pattern.append(character)
            } + "%"
        }
    }
}

/// Where a page of the catalogue ended: titles are its order, and the identifier decides between equal ones.
struct CataloguePosition: Codable, Sendable {
    var title = ""
    var id = StoryID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
}
