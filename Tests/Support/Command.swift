import Foundation

/// A command of the system, run to its end.
///
/// Not Foundation's `Process`: that waits for a descriptor which a server started by the command inherits and keeps.
package struct Command {
    private let words: [String]

    /// A program, found in PATH or by its path, and its arguments.
    package init(_ words: [String]) { self.words = words }

    /// What it printed; throws when it failed.
    package func output() async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try outputNow() }) }
        }
    }

    private func outputNow() throws -> String {
        // A file, not a pipe, for the same reason.
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let status = spawn(writingTo: file)
        let output = try String(contentsOfFile: file, encoding: .utf8)
        guard status == 0 else { throw CommandFailed(words: words, status: status, output: output) }
        return output
    }

    private func spawn(writingTo file: String) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, file, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var pid = pid_t()
        let failure = unsafe posix_spawnp(&pid, words[0], &actions, nil, &arguments, environ)
        guard failure == 0 else { return failure }
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status
    }
}

/// A command ended with an error.
package struct CommandFailed: Error {
    let words: [String]
    let status: Int32
    let output: String
}
