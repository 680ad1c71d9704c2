import EventDelivery
import FamilyEvents
import Identifiers
import Postgres

/// Changes what a family has in common.
struct FamilyService: Sendable {
    let database: Database
    let families: FamilyRepository
    let timeZones: TimeZoneNames
    let events: EventRecorder

    /// Moves a family to another time zone, if `check` does not object to the one it is in. Announced only if it is
    /// another one.
    func move(_ parent: UserID, to timeZone: String, check: @escaping @Sendable (String) throws -> Void) async throws {
        try await timeZones.check(timeZone)
        try await database.transaction { tx in
            let before = try await families.lock(parent, in: tx)
            try check(before)
            guard before != timeZone else { return }
            families.move(parent, to: timeZone, in: tx)
            try events.record(TimeZoneChanged(parent: parent, timeZone: timeZone), in: tx)
        }
    }
}
