/// The way out for mail.
///
/// A value, so that a test hands in its own closures.
public struct Mailer: Sendable {
    /// Returns once the message is accepted for delivery, throws `MailError` or `CancellationError` otherwise.
    ///
    /// After a throw the message may have been accepted all the same: try again with the same id.
    public var send: @Sendable (MailMessage) async throws -> Void
    /// Returns when the way out is open, without sending anything.
    public var check: @Sendable () async throws -> Void

    /// A way out of your own, for tests say.
    public init(
        send: @escaping @Sendable (MailMessage) async throws -> Void,
        check: @escaping @Sendable () async throws -> Void = {}
    ) {
        self.send = send
        self.check = check
    }
}
