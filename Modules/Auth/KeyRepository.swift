import Crypto
import FoundationEssentials
import Postgres

/// `auth.signing_key` and `auth.secret`.
struct KeyRepository: Sendable {
    /// Lets one node at a time decide about keys, so that two that start together make one.
    func lock(in tx: borrowing Transaction) {
        tx.send("SELECT pg_advisory_xact_lock(hashtext('auth.signing-key'))")
    }

    /// Every key that is published.
    func keys(in tx: borrowing Transaction) async throws -> [SigningKey] {
        let rows = try await tx.query(
            "SELECT private_key, created_at, used_from FROM auth.signing_key ORDER BY used_from"
        )
        return try rows.map { row in
            let bytes: Data = try row["private_key"]
            return SigningKey(
                try P256.Signing.PrivateKey(rawRepresentation: bytes),
                createdAt: try row["created_at"],
                usedFrom: try row["used_from"]
            )
        }
    }

    /// Publishes a key.
    func add(_ key: SigningKey, in tx: borrowing Transaction) {
        tx.send(
            """
            INSERT INTO auth.signing_key (id, private_key, created_at, used_from)
            VALUES (\(key.id), \(key.privateKey.rawRepresentation), \(key.createdAt), \(key.usedFrom))
            """
        )
    }

    /// Forgets keys.
    func remove(_ ids: Set<String>, in tx: borrowing Transaction) {
        tx.send("DELETE FROM auth.signing_key WHERE id = ANY(\(Array(ids)))")
    }

    /// The one secret; the candidate becomes it when there is none yet.
    func secret(orElse candidate: [UInt8], in tx: borrowing Transaction) async throws -> [UInt8] {
        tx.send("INSERT INTO auth.secret (value) VALUES (\(Data(candidate))) ON CONFLICT DO NOTHING")
        let rows = try await tx.query("SELECT value FROM auth.secret")
        let value: Data? = try rows.first.map { try $0["value"] }
        return value.map(Array.init) ?? candidate
    }
}
