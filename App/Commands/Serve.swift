import ArgumentParser
import EventOutbox
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
        let roles: Set<NodeIdentity.Role> = onlyAPI ? [.http] : [.http, .delivery]
        try await Program.run(role: onlyAPI ? "api" : "serve", nodeRoles: roles) { composition in
            let chores = onlyAPI ? [] : composition.chores
            return composition.deliveries + chores + composition.caching + [composition.web]
        }
    }
}

/// Does the work behind the API.
struct Work: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring events to the listeners and run jobs, without serving the API.",
        discussion: """
            Any number of them may run beside each other and beside `storytime serve`. One of all nodes gives events their
            positions; when it goes, another does so within seconds. `storytime outbox status` shows which.
            """
    )

    func run() async throws {
        try await Program.run(role: "work", nodeRoles: [.delivery]) { composition in
            composition.deliveries + composition.chores
        }
    }
}
