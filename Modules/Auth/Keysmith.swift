import FoundationEssentials
import Postgres

/// Reads the keys from Postgres, and makes and retires them when their time has come.
struct Keysmith: Sendable {
    let database: Database
    /// The secret, when it does not come from Postgres.
    let configuredSecret: [UInt8]?
    /// How many tokens each set of keys may remember to have verified.
    let verifiedTokens: Int
    private let repository = KeyRepository()

    init(database: Database, configuration: AuthConfiguration) {
        self.database = database
        configuredSecret = configuration.secret
        verifiedTokens = configuration.verifiedTokens
    }

    /// The keys of this moment.
    ///
    /// Nodes that ask together take turns, so that only one makes a key.
    func keys(at now: Date) async throws -> Keys {
        let candidate = (key: SigningKey(createdAt: now, usedFrom: now), secret: randomBytes(32))
        let (keys, secret) = try await database.transaction { tx in
            repository.lock(in: tx)
            let keys = try await settle(candidate.key, at: now, in: tx)
            if let configuredSecret { return (keys, configuredSecret) }
            return (keys, try await repository.secret(orElse: candidate.secret, in: tx))
        }
        return await Keys(keys, secret: TokenSecret(secret), loadedAt: now, verifiedTokens: verifiedTokens)
    }

    private func settle(
        _ candidate: SigningKey,
        at now: Date,
        in tx: borrowing Transaction
    ) async throws -> [SigningKey] {
        var keys = try await repository.keys(in: tx)
        if let usedFrom = KeySchedule.successor(to: keys, at: now) {
            let key = SigningKey(candidate.privateKey, createdAt: now, usedFrom: usedFrom)
            repository.add(key, in: tx)
            keys.append(key)
        }
        let retired = Set(KeySchedule.retired(of: keys, at: now).map(\.id))
        if !retired.isEmpty { repository.remove(retired, in: tx) }
        return keys.filter { !retired.contains($0.id) }
    }
}
