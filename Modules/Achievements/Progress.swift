import AchievementEvents
import EventDelivery
import Events
import FamilyEvents
import FoundationEssentials
import Identifiers
import Postgres
import StoryEvents

/// Keeps children's streaks and badges up with what they finish.
///
/// Every event is first kept as a fact whose primary key makes a second delivery harmless; everything else is derived
/// from the facts. So neither order nor repetition matters to what comes out in the end.
struct Progress: Sendable {
    let repository: ProgressRepository
    let events: EventRecorder

    var listener: Listener {
        Listener.transactional("achievements.progress", from: .beginning) {
            Reaction.on(KidCreated.self, perform: created)
            Reaction.on(KidDeleted.self, perform: deleted)
            Reaction.on(KidRestored.self, perform: restored)
            Reaction.on(TimeZoneChanged.self, perform: moved)
            Reaction.on(StoryCompleted.self, perform: completed)
        }
        .projecting(
            "achievements.family",
            "achievements.time_zone",
            "achievements.kid",
            "achievements.completion",
            "achievements.active_day",
            "achievements.earned_badge"
        )
    }

    func created(_ delivered: Delivered<KidCreated>, in tx: borrowing Transaction) async throws {
        let kid = Kid(id: delivered.event.kid, parent: delivered.event.parent)
        try await welcome(kid, zone: delivered.event.timeZone, because: delivered.envelope, in: tx)
    }

    func restored(_ delivered: Delivered<KidRestored>, in tx: borrowing Transaction) async throws {
        let kid = Kid(id: delivered.event.kid, parent: delivered.event.parent)
        try await welcome(kid, zone: delivered.event.timeZone, because: delivered.envelope, in: tx)
    }

    func deleted(_ delivered: Delivered<KidDeleted>, in tx: borrowing Transaction) async throws {
        let kid = Kid(id: delivered.event.kid, parent: delivered.event.parent)
        try await repository.lockFamily(kid.parent, in: tx)
        repository.note(kid, deleted: true, position: delivered.envelope.position, in: tx)
    }

    func moved(_ delivered: Delivered<TimeZoneChanged>, in tx: borrowing Transaction) async throws {
        let (parent, at) = (delivered.event.parent, delivered.envelope.recordedAt)
        try await repository.lockFamily(parent, in: tx)
        repository.note(zone: delivered.event.timeZone, of: parent, since: at, in: tx)
        try await redate(parent, at: at, in: tx)
    }

    func completed(_ delivered: Delivered<StoryCompleted>, in tx: borrowing Transaction) async throws {
        let event = delivered.event
        let kid = Kid(id: event.kid, parent: event.parent)
        try await repository.lock(kid, in: tx)
        let news = try await repository.keep(event, in: tx)
        guard news.isNew else { return }
        repository.recount([kid.id], in: tx)
        if news.isNewDay { try await restreak([kid.id], in: tx) }
        try await award([kid.id], at: event.completedAt, in: tx)
    }

    private func welcome(
        _ kid: Kid,
        zone: String,
        because envelope: EventEnvelope,
        in tx: borrowing Transaction
    ) async throws {
        try await repository.lockFamily(kid.parent, in: tx)
        repository.note(kid, deleted: false, position: envelope.position, in: tx)
        repository.note(zone: zone, of: kid.parent, since: envelope.recordedAt, in: tx)
        try await redate(kid.parent, at: envelope.recordedAt, in: tx)
    }

    /// Finds the family's days anew: a time zone may have become known after what was finished in it.
    private func redate(_ parent: UserID, at moment: Date, in tx: borrowing Transaction) async throws {
        repository.redate(parent, in: tx)
        let kids = try await repository.kids(of: parent, in: tx)
        repository.recount(kids, in: tx)
        try await restreak(kids, in: tx)
        try await award(kids, at: moment, in: tx)
    }

    private func restreak(_ kids: [KidID], in tx: borrowing Transaction) async throws {
        for event in try await repository.restreak(kids, in: tx) { try events.record(event, in: tx) }
    }

    private func award(_ kids: [KidID], at moment: Date, in tx: borrowing Transaction) async throws {
        for event in try await repository.award(kids, at: moment, in: tx) { try events.record(event, in: tx) }
    }
}

/// A child and its family, as every event names them.
struct Kid: Sendable {
    let id: KidID
    let parent: UserID
}
