extension Letter {
    /// Asks the owner of an address to confirm it.
    static func verification(name: String?, token: String, configuration: AuthConfiguration) -> Letter {
        let hours = Int(configuration.verificationLifetime.seconds / 3600)
        return Letter(
            subject: "Please confirm your address",
            parts: [
                .paragraph(greeting(name)),
                .paragraph(
                    "welcome to Storytime, we are glad you are here! One small step is left before the first bedtime "
                        + "story: please confirm that this is your address."
                ),
                .link("Confirm my address", to: "\(configuration.publicURL)/confirm?token=\(token)"),
                .paragraph("If the app asks you for a code, this is it:"),
                .code(token),
                .paragraph(
                    "Link and code work once, within \(hours) hours. If you did not register, do nothing: "
                        + "without your confirmation nobody can use the account."
                ),
                .paragraph("Sweet dreams, your Storytime team"),
            ]
        )
    }

    /// Tells the owner of an account that its address was registered again.
    static func alreadyRegistered(name: String?, configuration: AuthConfiguration) -> Letter {
        Letter(
            subject: "You already have an account",
            parts: [
                .paragraph(greeting(name)),
                .paragraph(
                    "somebody, most likely you, has just tried to register with this address. Good news: you already "
                        + "have an account, so you can simply sign in."
                ),
                .link("Go to Storytime", to: configuration.publicURL),
                .paragraph(
                    "If you have not confirmed your address yet, ask the app for a new mail. If it was not "
                        + "you, you need not do anything: nothing about your account has changed."
                ),
                .paragraph("Sweet dreams, your Storytime team"),
            ]
        )
    }

    private static func greeting(_ name: String?) -> String { name.map { "Dear \($0)," } ?? "Hello," }
}
