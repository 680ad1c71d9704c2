import ArgumentParser
import EventOutbox
import Foundation

/// Who changes something, and why: what every changing command asks for.
struct OperatorOptions: ParsableArguments {
    @Option(help: "Why; kept in the log of operations.") var reason: String?
    @Option(name: .customLong("operator"), help: "Who does it; the user's name unless given.") var name: String?
    @Flag(help: "Say what would happen and change nothing.") var dryRun = false

    func validate() throws {
        guard dryRun || reason?.isEmpty == false else {
            throw ValidationError("say why with --reason, or try --dry-run first")
        }
    }

    /// The operator, for the log of operations.
    var person: Operator { Self.person(name, because: reason) }

    static func person(_ name: String?, because reason: String?) -> Operator {
        Operator(name: name ?? ProcessInfo.processInfo.environment["USER"] ?? "unknown", reason: reason ?? "")
    }
}
