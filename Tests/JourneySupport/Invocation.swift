import Foundation

/// A program to start, with everything that it sees of its surroundings.
package struct Invocation: Sendable {
    /// Where the program is.
    package let executable: String
    /// What it is asked to do.
    package let arguments: [String]
    /// Its whole environment.
    package let environment: [String: String]
    /// The file that takes what it prints.
    package let output: String
    /// The file that takes its errors; the same as `output` to have both in one.
    package let errors: String

    /// A program that is yet to be started.
    package init(
        executable: String,
        arguments: [String],
        environment: [String: String],
        output: String,
        errors: String
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.output = output
        self.errors = errors
    }

    /// Starts it with no signal blocked or ignored.
    func spawn() throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        return unsafe try spawn(&actions, &attributes)
    }

    private func spawn(
        _ actions: inout posix_spawn_file_actions_t,
        _ attributes: inout posix_spawnattr_t
    ) throws -> pid_t {
        // It asks the kernel to be killed with the thread that started it, and then becomes the program.
        let words = ["setpriv", "--pdeathsig", "KILL", executable] + arguments
        var argv = unsafe words.map { unsafe strdup($0) } + [nil]
        var envp = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (argv + envp).forEach { unsafe free($0) } }
        var pid = pid_t()
        let failure = unsafe posix_spawnp(&pid, words[0], &actions, &attributes, &argv, &envp)
        guard failure == 0 else { throw CannotStart(executable: executable, error: failure) }
        return pid
    }
}

/// A program could not be started.
package struct CannotStart: Error, CustomStringConvertible {
    let executable: String
    let error: Int32
    /// Which, and why.
    package var description: String { "\(executable) cannot be started: \(unsafe String(cString: strerror(error)))" }
}
