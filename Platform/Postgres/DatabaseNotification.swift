internal import CPostgres

/// What somebody sent with `NOTIFY` or `pg_notify`.
public struct DatabaseNotification: Sendable, Hashable {
    /// The channel it was sent on.
    public let channel: String
    /// What was sent along; empty when nothing was.
    public let payload: String
    /// The server process of the sender.
    public let pid: Int
}

/// What whoever listens learns.
public enum ListenEvent: Sendable, Hashable {
    /// The channels are listened to from now on. What was sent before, also between two connections, is lost: look for
    /// yourself. The number is that of the connection's server process.
    case listening(pid: Int)
    /// Somebody sent something.
    case notified(DatabaseNotification)
}

extension DatabaseNotification {
    /// Takes over libpq's copy, which is the caller's to free.
    init(_ notify: UnsafeMutablePointer<PGnotify>) {
        channel = unsafe String(cString: notify.pointee.relname)
        payload = unsafe String(cString: notify.pointee.extra)
        pid = Int(unsafe notify.pointee.be_pid)
    }
}
