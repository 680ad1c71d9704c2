import Postgres
import StrictJSON
import Web

/// Answers questions about what was counted.
struct AnalyticsService: Sendable {
    /// How many days one answer may span.
    static let longestSpan = 92

    let database: Database

    /// How often each event happened on each day, both ends included. Days without events are left out.
    func counts(from: String, to: String) async throws -> EventCounts {
        guard let first = CivilDay(rfc3339: from), let last = CivilDay(rfc3339: to) else {
            throw Problem.validation([.parameter("from", .format, "Send dates such as 2026-03-01")])
        }
        let span = last.daysSince1970 - first.daysSince1970 + 1
        guard (1...Self.longestSpan).contains(span) else {
            let advice = "Send a day from \(from) on and at most \(Self.longestSpan) days in all"
            throw Problem.validation([.parameter("to", "range", advice)])
        }
        return EventCounts(from: from, to: to, data: try await EventCountRepository.counts(from, to, database))
    }
}
