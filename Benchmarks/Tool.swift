import ArgumentParser
import Foundation

/// A command of the system, run to its end.
///
/// Not Foundation's `Process`: its children inherit a mask that blocks SIGALRM, and pgbench then never ends.
struct Tool {
    let words: [String]

    /// What it printed to standard output; throws when it failed.
    func output() throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: file) }
        guard spawn(writingTo: file) == 0 else { throw ValidationError("\(words[0]) failed") }
        return try String(contentsOfFile: file, encoding: .utf8)
    }

    private func spawn(writingTo file: String) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 1, file, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        unsafe sigemptyset(&noSignals)
        unsafe posix_spawnattr_setsigmask(&attributes, &noSignals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var pid = pid_t()
        let failure = unsafe posix_spawnp(&pid, words[0], &actions, &attributes, &arguments, environ)
        guard failure == 0 else { return failure }
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
