package import StrictJSON

/// What a command of the program printed, and how it ended.
package struct CommandResult: Sendable {
    /// Its words.
    package let command: String
    /// How it ended.
    package let end: ChildProcess.End
    /// What it printed.
    package let output: String
    /// Its errors and its log.
    package let errors: String

    /// The one JSON value that it printed.
    package var json: JSON { get throws { try JSON(parsing: Array(output.utf8)) } }

    /// The JSON values that it printed, one a line.
    package var lines: [JSON] {
        get throws { try output.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) } }
    }

    /// The result itself, when it succeeded.
    @discardableResult
    package func succeeded() throws -> CommandResult {
        guard end == .code(0) else { throw CommandFailed(result: self) }
        return self
    }
}

/// A command ended with an error.
package struct CommandFailed: Error, CustomStringConvertible {
    let result: CommandResult
    /// The command and all that it printed.
    package var description: String { "\(result.command): \(result.end)\n\(result.output)\n\(result.errors)" }
}
