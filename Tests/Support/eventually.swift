/// Asks again and again until the answer is yes; the test's time limit ends it otherwise.
///
/// For what another process does in its own time, such as a server noticing that a client has gone.
package func eventually(_ condition: () async throws -> Bool) async throws {
    while try await !condition() {
        try Task.checkCancellation()
        await Task.yield()
    }
}
