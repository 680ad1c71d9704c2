import Synchronization

/// The time zones that exist, asked for once a process.
final class TimeZoneNames: Sendable {
    private let families: FamilyRepository
    private let known = Mutex<Set<String>?>(nil)

    init(families: FamilyRepository) { self.families = families }

    /// Refuses a name that is not in Postgres' list. Two first callers may both ask for it; either answer is right.
    func check(_ name: String) async throws {
        guard try await names().contains(name) else { throw FamilyError.unknownTimeZone(name) }
    }

    private func names() async throws -> Set<String> {
        if let names = known.withLock({ $0 }) { return names }
        let names = try await families.timeZoneNames()
        known.withLock { $0 = names }
        return names
    }
}
