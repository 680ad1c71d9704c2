/// Hashes passwords and checks them.
struct PasswordHasher: Sendable {
    /// A new hash.
    let hash: @Sendable (Password) async throws -> String
    /// Whether a stored hash is of this password.
    ///
    /// Without one the same work is done in vain, so that an unknown account takes as long as a wrong password.
    let verify: @Sendable (_ password: Password, _ hash: String?) async throws -> Bool
    /// Whether a stored hash has another cost than new ones have.
    let isOutdated: @Sendable (_ hash: String) -> Bool
}

extension PasswordHasher {
    /// Argon2id on threads of its own.
    static func argon2(_ cost: HashingCost, on lanes: HashingLanes) -> PasswordHasher {
        let decoy = decoy(cost)
        return PasswordHasher(
            hash: { password in
                try await lanes.run {
                    try Argon2.hash(password.utf8, salt: randomBytes(Argon2.saltLength), cost: cost)
                }
            },
            verify: { password, hash in
                let isRight = try await lanes.run { try Argon2.verify(password.utf8, against: hash ?? decoy) }
                return isRight && hash != nil
            },
            isOutdated: { !$0.hasPrefix(Argon2.prefix(cost)) }
        )
    }

    /// A well-formed hash of no known password.
    private static func decoy(_ cost: HashingCost) -> String {
        let base64 = { (count: Int) in Base64URL.plain(randomBytes(count)) }
        return Argon2.prefix(cost) + base64(Argon2.saltLength) + "$" + base64(Argon2.tagLength)
    }
}

/// Bytes from the system's cryptographic generator.
func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}
