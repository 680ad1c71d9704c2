internal import CArgon2

/// Argon2id (RFC 9106) by libargon2, in the PHC string format.
///
/// Every call occupies its thread for some 20 ms: only ``HashingLanes`` calls it.
enum Argon2 {
    /// Why libargon2 did not give a hash.
    struct Failure: Error, CustomStringConvertible {
        let code: Int32
        var description: String { "argon2 failed with code \(code)" }
    }

    /// A new hash under a salt.
    static func hash(_ password: [UInt8], salt: [UInt8], cost: HashingCost) throws -> String {
        let length = argon2_encodedlen(
            cost.passes,
            cost.memory,
            cost.lanes,
            UInt32(salt.count),
            UInt32(tagLength),
            Argon2_id
        )
        var encoded = [CChar](repeating: 0, count: length)
        let code = unsafe argon2id_hash_encoded(
            cost.passes,
            cost.memory,
            cost.lanes,
            password,
            password.count,
            salt,
            salt.count,
            tagLength,
            &encoded,
            encoded.count
        )
        guard code == ARGON2_OK.rawValue else { throw Failure(code: code) }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether a stored hash is of this password.
    ///
    /// It takes the cost that is written in the hash, whatever the answer.
    static func verify(_ password: [UInt8], against encoded: String) throws -> Bool {
        switch unsafe argon2id_verify(encoded, password, password.count) {
        case ARGON2_OK.rawValue: true
        case ARGON2_VERIFY_MISMATCH.rawValue: false
        case let code: throw Failure(code: code)
        }
    }

    /// What precedes salt and tag in a hash of that cost.
    static func prefix(_ cost: HashingCost) -> String {
        "$argon2id$v=19$m=\(cost.memory),t=\(cost.passes),p=\(cost.lanes)$"
    }

    /// Bytes of a hash without its salt.
    static let tagLength = 32
    /// Bytes of a salt.
    static let saltLength = 16
}
