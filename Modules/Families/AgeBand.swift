import Postgres

/// How old a child is, as closely as anybody needs to know.
enum AgeBand: String, Sendable, CaseIterable, Codable, PostgresCodable {
    case threeToFive = "3-5"
    case sixToEight = "6-8"
    case nineToTwelve = "9-12"
}
