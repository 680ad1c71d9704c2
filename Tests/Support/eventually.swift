/// Asks again and again until the answer is yes; the test's time limit ends it otherwise.
///
/// For what another process does in its own time, such as a server noticing that a client has gone.
package func eventually(_ condition: () async throws -> Bool) async throws {
    var pause = Duration.milliseconds(1)
    while try await !condition() {
        try await Task.sleep(for: pause)
        // Asking without a pause would take the time of the very thing it waits for.
        pause = min(pause * 2, .milliseconds(16))
    }
}
