import Web

/// Why Auth refuses.
enum AuthError: Error, Hashable {
    /// These fields break a rule.
    case invalid([FieldError])
    /// No account has this address with this password.
    case wrongCredentials
    /// The password is right, but the address is still to be confirmed.
    case emailNotVerified
    /// The token was never ours, is spent, or its session is over.
    case invalidToken
    /// The token was good once.
    case tokenExpired
    /// The link in the mail was used, replaced, or is too old.
    case verificationVoid
    /// The account has no such session.
    case noSuchSession
    /// Nobody has registered that address.
    case noSuchAccount
    /// Too many passwords wait to be hashed.
    case overloaded
}
