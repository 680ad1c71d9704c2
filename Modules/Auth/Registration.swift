import Web

/// A wish for an account that breaks no rule.
struct Registration: Sendable, Hashable {
    let email: EmailAddress
    let password: Password
    let name: String?

    /// Checks everything at once, and throws ``AuthError/invalid(_:)`` with every field at fault.
    init(email: String, password: String, name: String?, rules: PasswordRules) throws {
        let address = EmailAddress(email)
        let name = name?.trimmed
        self.password = Password(password)
        var errors: [FieldError] = []
        if address == nil { errors.append(.badAddress(in: "email")) }
        let context = PasswordRules.context(email: address, name: name)
        if let fault = rules.fault(of: self.password, context: context) { errors.append(fault) }
        if let name, !Self.isShowable(name) {
            errors.append(.member("name", .format, "Send 1 to 80 characters without control characters, or no name"))
        }
        guard let address, errors.isEmpty else { throw AuthError.invalid(errors) }
        self.email = address
        self.name = name
    }

    private static func isShowable(_ name: String) -> Bool {
        (1...80).contains(name.unicodeScalars.count)
            && name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
