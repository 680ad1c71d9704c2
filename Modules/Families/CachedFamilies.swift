import Cache
import Identifiers

/// Reads families, through the cache if there is one.
struct CachedFamilies: Sendable {
    let families: FamilyRepository
    let kids: KidRepository
    let cache: Cache?

    /// The time zone of a family; UTC until it says otherwise.
    func timeZone(of parent: UserID) async throws -> String {
        guard let cache else { return try await families.timeZone(of: parent) }
        let known = try await cache.value(for: Self.settings(of: parent)) { [families] in
            try await families.timeZone(of: parent)
        }
        return known ?? "UTC"
    }

    /// The kids of a family, the first one first.
    func kids(of parent: UserID) async throws -> [Kid] {
        guard let cache else { return try await kids.kids(of: parent) }
        return try await cache.value(for: Self.kids(of: parent)) { [kids] in try await kids.kids(of: parent) } ?? []
    }

    /// A kid that was not removed.
    func kid(_ id: KidID, of parent: UserID) async throws -> Kid? {
        if let known = try await known(id, of: parent) { return known }
        // It may have joined on another node just now.
        return try await kids.kid(id, of: parent)
    }

    /// Whether a kid belongs to a parent and was not removed.
    func owns(_ id: KidID, _ parent: UserID) async throws -> Bool {
        if try await known(id, of: parent) != nil { return true }
        return try await kids.owns(id, parent)
    }

    /// The time zone that a kid lives in; nil when there is no such kid in the family.
    func timeZone(of kid: KidID, _ parent: UserID) async throws -> String? {
        guard cache != nil, !Cache.isBypassed else { return try await kids.timeZone(of: kid, parent) }
        return try await owns(kid, parent) ? timeZone(of: parent) : nil
    }

    private func known(_ id: KidID, of parent: UserID) async throws -> Kid? {
        guard cache != nil else { return nil }
        return try await kids(of: parent).first { $0.id == id }
    }

    static func settings(of parent: UserID) -> CacheKey { CacheGroup.preferences.key("\(parent)") }
    static func kids(of parent: UserID) -> CacheKey { CacheGroup.kid.key("\(parent)") }
}
