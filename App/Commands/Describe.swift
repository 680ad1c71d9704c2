import ArgumentParser
import Web

/// Prints the OpenAPI document of the API.
struct Describe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The OpenAPI document of the API, as /openapi.json serves it.",
        discussion: """
            Made of the declarations of this program; needs no database.

              storytime describe > openapi.json
            """
    )

    func run() async throws {
        print(String(decoding: try await Program.withoutDatabase { $0.web.document }, as: UTF8.self))
    }
}
