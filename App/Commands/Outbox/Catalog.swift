import ArgumentParser
import EventOutbox
import StrictJSON

extension OutboxCommand {
    /// Prints the catalogue of events.
    struct Catalog: AsyncParsableCommand {
        enum Format: String, ExpressibleByArgument, CaseIterable {
            case markdown, json, asyncapi
        }

        static let configuration = CommandConfiguration(
            abstract: "Every event: its fields, its ordering key, who announces it and who hears it.",
            discussion: """
                Made of the declarations of this program; needs no database. AsyncAPI is version 3.0.

                  storytime outbox catalog > events.md
                  storytime outbox catalog --format asyncapi > asyncapi.json
                """
        )

        @Option(help: "markdown, json or asyncapi.") var format = Format.markdown

        func run() async throws {
            let document = try await Program.withoutDatabase {
                try CatalogDocument(Features.catalog, listeners: $0.listeners)
            }
            switch format {
            case .markdown: print(document.markdown, terminator: "")
            case .json: try Output.json(document)
            case .asyncapi: print(String(decoding: document.asyncAPI.bytes, as: UTF8.self))
            }
        }
    }
}
