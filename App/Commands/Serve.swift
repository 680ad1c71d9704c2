import ArgumentParser
import Logging
import ServiceLifecycle

/// Serves the API, and does the work behind it unless another process does.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the API, bring events to the listeners, run jobs.",
        discussion: """
            Examples:
              storytime serve                   # everything in one process
              storytime serve --only-api        # the API alone, beside `storytime work`
              STORYTIME_PORT=9000 storytime serve

            SIGTERM and SIGINT stop it gracefully: requests and lanes at work finish first.
            """
    )

    @Flag(help: "Serve the API alone; run `storytime work` somewhere else.")
    var onlyAPI = false

    func run() async throws {
        try await Program.run(role: onlyAPI ? "api" : "serve") { composition in
            let work: [any Service] = onlyAPI ? [] : composition.deliveries + [composition.worker]
            return work + [composition.web]
        }
    }
}

/// Does the work behind the API.
struct Work: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring events to the listeners and run jobs, without serving the API.",
        discussion: "Any number of them may run beside each other and beside `storytime serve`."
    )

    func run() async throws {
        try await Program.run(role: "work") { composition in
            composition.deliveries + [composition.worker]
        }
    }
}
