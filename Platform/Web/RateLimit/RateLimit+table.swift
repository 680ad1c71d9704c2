/// The table of limits: what may be done how often a minute.
///
/// An endpoint names the one it has with ``Endpoint/limited(to:)``. Every setting and the OpenAPI document come from here.
extension RateLimit {
    /// Signing in.
    public static let login = RateLimit("login", 10, "attempts to sign in")
    /// One-time passcodes and links by mail.
    public static let passcode = RateLimit("passcode", 5, "one-time passcodes and confirmations, asked for or tried")
    /// Opening accounts.
    public static let register = RateLimit("register", 5, "new accounts")
    /// Forgotten passwords.
    public static let forgotPassword = RateLimit("forgot-password", 3, "mails about a forgotten password")
    /// New passwords.
    public static let resetPassword = RateLimit("reset-password", 5, "attempts to set a new password")
    /// Paying.
    public static let payments = RateLimit("payments", 5, "payments")
    /// Changing kids.
    public static let kids = RateLimit("kids", 10, "changes to a family's kids")
    /// Writing stories.
    public static let stories = RateLimit("stories", 20, "new stories")
    /// Having stories generated.
    public static let generation = RateLimit("generation", 5, "stories to generate")
    /// Having stories read aloud.
    public static let voice = RateLimit("voice", 10, "stories to narrate")
    /// Looking at administration.
    public static let administrationRead = RateLimit("administration-read", 200, "reads of administration")
    /// Changing by administration.
    public static let administrationWrite = RateLimit("administration-write", 50, "changes by administration")
    /// Sending notifications.
    public static let notifications = RateLimit("notifications", 20, "notifications to send")
    /// Asking for help.
    public static let help = RateLimit("help", 5, "requests for help")
    /// Everything else that has no account.
    public static let fallback = RateLimit("default", 100, "requests without an account and a limit of their own")
    /// Everything that an account does; the account's plan says how much.
    public static let plan = RateLimit("plan", 100, "requests of an account whose plan cannot be looked up")

    /// All of them.
    public static let all: [RateLimit] = [
        login, passcode, register, forgotPassword, resetPassword, payments, kids, stories, generation, voice,
        administrationRead, administrationWrite, notifications, help, fallback, plan,
    ]
}
