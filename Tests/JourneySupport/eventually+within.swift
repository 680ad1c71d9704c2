/// Asks until the answer is yes, for something that another process does in its own time.
package func eventually(
    _ what: String,
    within limit: Duration = .seconds(60),
    _ isSo: () async throws -> Bool
) async throws {
    try await awaited(what, within: limit) { try await isSo() ? true : nil }
}

/// Asks until there is an answer, for something that another process does in its own time.
///
/// A short wait between two questions leaves that process room on a small machine; nothing depends on its length.
@discardableResult
package func awaited<Answer>(
    _ what: String,
    within limit: Duration = .seconds(60),
    _ ask: () async throws -> Answer?
) async throws -> Answer {
    let deadline = ContinuousClock.now + limit
    while true {
        if let answer = try await ask() { return answer }
        guard ContinuousClock.now < deadline else { throw NeverHappened(what: what, limit: limit) }
        try await Task.sleep(for: .milliseconds(10))
    }
}

/// Something that should have happened did not.
package struct NeverHappened: Error, CustomStringConvertible {
    let what: String
    let limit: Duration
    /// What, and how long it was waited for.
    package var description: String { "not within \(limit): \(what)" }
}
