public import Jobs

/// The way out for mail.
///
/// A value, so that a test hands in its own closures.
public struct Mailer: Sendable {
    private let deliver: @Sendable (MailMessage) async throws -> Void
    /// Returns when the way out is open, without sending anything.
    public var check: @Sendable () async throws -> Void

    /// A way out of your own, for tests say.
    public init(
        send: @escaping @Sendable (MailMessage) async throws -> Void,
        check: @escaping @Sendable () async throws -> Void = {}
    ) {
        deliver = send
        self.check = check
    }

    /// Returns once the message is accepted for delivery, throws `MailError` or `CancellationError` otherwise.
    ///
    /// After a throw the message may have been accepted all the same: try again with the same id. That is what jobs do,
    /// so only a job that is being run can send; a listener or a request enqueues one.
    public func send(_ message: MailMessage, in run: JobRun) async throws {
        try await deliver(message)
    }
}
