import ArgumentParser
import EventOutbox
import Foundation

/// What every command that changes something takes: who, why, and whether in earnest.
struct ChangeOptions: ParsableArguments {
    @Option(help: "Why; kept in the log of operations.") var reason: String?
    @Option(name: .customLong("operator"), help: "Who does it; the user's name unless given.") var name: String?
    @Flag(help: "Do it, say what came of it, and roll everything back.") var dryRun = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if !dryRun, reason?.isEmpty ?? true { throw ValidationError("say why with --reason, or try --dry-run first") }
    }

    /// Who does it, and why.
    var person: Operator { Self.person(name, because: reason ?? "a rehearsal") }

    static func person(_ name: String?, because reason: String) -> Operator {
        Operator(name: name ?? ProcessInfo.processInfo.environment["USER"] ?? "unknown", reason: reason)
    }

    /// Prints what came of it, as JSON or in a sentence.
    func report(_ result: some Encodable, _ sentence: String) throws {
        guard !json else { return try Output.json(result) }
        print(sentence + (dryRun ? "; this was a rehearsal, nothing is changed" : ""))
    }
}

extension Program {
    /// Runs an operation on the outbox. One that is refused, or has nothing to do, says so and exits with 3.
    static func withOperations<Result>(_ body: (OutboxOperations) async throws -> Result) async throws -> Result {
        do {
            return try await withComposition(role: "cli") { try await body($0.operations) }
        } catch let refusal as OutboxRefusal {
            FileHandle.standardError.write(Data("\(refusal)\n".utf8))
            throw ExitCode(3)
        }
    }
}
