import Web

extension AuthError: ProblemConvertible {
    var problem: Problem {
        switch self {
        case .invalid(let errors): .validation(errors)
        case .wrongCredentials: Problem(.invalidCredentials, "The e-mail address or the password is wrong")
        case .emailNotVerified:
            Problem(.emailNotVerified, "Confirm the address first; /v1/auth/resend-verification sends a new link")
        case .invalidToken: Problem(.invalidToken, "Sign in again")
        case .tokenExpired: Problem(.tokenExpired, "Refresh the access token, or sign in again")
        case .verificationVoid:
            Problem(.notFound, "The token was used or replaced, has expired, or never was; ask for a new mail")
        case .noSuchSession: .notFound("session")
        case .noSuchAccount: .notFound("account")
        case .overloaded:
            Problem(.serviceUnavailable, "Too many people sign in at this moment; try again", retryAfter: 2)
        }
    }
}
