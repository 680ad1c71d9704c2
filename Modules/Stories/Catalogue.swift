import Crypto
import FoundationEssentials
import Identifiers
import StrictJSON

/// The stories that every installation begins with, as the embedded `Catalogue/catalogue.json` has them.
struct Catalogue: Decodable {
    struct Tag: Codable {
        let slug: String
        let name: String
        let description: String
    }

    struct Question: Codable {
        let question: String
        let options: [String]
        let correctOption: Int
    }

    struct Entry: Codable {
        let slug: String
        let title: String
        let description: String
        let origin: String?
        let language: String
        let ageMin: Int
        let ageMax: Int
        let category: String
        let themes: [String]
        let season: String?
        let recommended: Bool
        let backgroundColor: String
        let text: [String]
        let questions: [Question]
    }

    let categories: [Tag]
    let themes: [Tag]
    let stories: [Entry]

    /// The catalogue of this build.
    static func embedded() throws -> Catalogue { try JSON(parsing: PackageResources.catalogue_json).decode() }
}

extension Catalogue.Entry {
    /// The same in every installation: the first 16 bytes of a SHA-256 over the slug, marked as UUID version 8.
    var id: StoryID { StoryID(catalogueSlug: slug) }

    /// Words are what white space separates.
    var wordCount: Int { text.reduce(0) { $0 + $1.split(whereSeparator: \.isWhitespace).count } }

    /// How long it takes to read aloud, at 130 words a minute.
    var durationSeconds: Int { (wordCount * 60 + 129) / 130 }
}

extension StoryID {
    /// The identifier of a story of the embedded catalogue.
    init(catalogueSlug slug: String) {
        var bytes = Array(SHA256.hash(data: Array("stories:\(slug)".utf8)).prefix(16))
        bytes[6] = 0x80 | bytes[6] & 0x0F
        bytes[8] = 0x80 | bytes[8] & 0x3F
        self.init(
            UUID(
                uuid: (
                    bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
                    bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
                )
            )
        )
    }
}
