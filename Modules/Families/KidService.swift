import EventDelivery
import FamilyEvents
import Idempotency
import Identifiers
import Postgres

/// Adds, changes, removes and restores kids.
///
/// Whatever makes kids more locks the family's row before it counts them, so the plan's limit holds however many
/// requests come at once.
struct KidService: Sendable {
    let database: Database
    let families: FamilyRepository
    let kids: KidRepository
    let entitlements: EntitlementRepository
    let events: EventRecorder

    /// Adds a kid in the transaction that the request asks for.
    func create(_ new: NewKid, for parent: UserID, once: Once<Kid>) async throws -> Kid {
        let id = KidID.new()
        return try await once.transaction { tx in
            let timeZone = try await families.lock(parent, in: tx)
            try await admitOneMore(parent, in: tx)
            let kid = try await kids.insert(id, new.name, new.ageBand, new.avatar, of: parent, in: tx)
            try events.record(KidCreated(kid: id, parent: parent, timeZone: timeZone), in: tx)
            return kid
        }
    }

    /// Applies a merge patch to a kid that `check` does not object to. Announced only if it changes something.
    func change(
        _ id: KidID,
        of parent: UserID,
        by changes: KidChanges,
        check: @escaping @Sendable (Kid) throws -> Void
    ) async throws -> Kid {
        try await database.transaction { tx in
            let before = try await existing(id, of: parent, in: tx)
            try check(before)
            let after = changes.applied(to: before)
            guard after != before else { return before }
            kids.update(after, in: tx)
            try events.record(KidUpdated(kid: id, parent: parent), in: tx)
            return after
        }
    }

    /// Removes a kid that `check` does not object to.
    func remove(_ id: KidID, of parent: UserID, check: @escaping @Sendable (Kid) throws -> Void) async throws {
        try await database.transaction { tx in
            try check(try await existing(id, of: parent, in: tx))
            kids.remove(id, in: tx)
            try events.record(KidDeleted(kid: id, parent: parent), in: tx)
        }
    }

    /// Brings a removed kid back if the plan has room. A kid that is there already stays as it is.
    func restore(_ id: KidID, of parent: UserID) async throws -> Kid {
        try await database.transaction { tx in
            let timeZone = try await families.lock(parent, in: tx)
            guard let kid = try await kids.lock(id, of: parent, in: tx) else { throw FamilyError.noSuchKid }
            guard kid.deletedAt != nil else { return kid }
            try await admitOneMore(parent, in: tx)
            let restored = try await kids.restore(id, in: tx)
            try events.record(KidRestored(kid: id, parent: parent, timeZone: timeZone), in: tx)
            return restored
        }
    }

    private func admitOneMore(_ parent: UserID, in tx: borrowing Transaction) async throws {
        let usage = try await entitlements.usage(of: parent, in: tx)
        try usage.held.admit(oneMoreThan: usage.kids)
    }

    private func existing(_ id: KidID, of parent: UserID, in tx: borrowing Transaction) async throws -> Kid {
        guard let kid = try await kids.lock(id, of: parent, in: tx), kid.deletedAt == nil else {
            throw FamilyError.noSuchKid
        }
        return kid
    }
}
