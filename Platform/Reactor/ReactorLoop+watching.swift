internal import CEpoll
import Glibc
import Synchronization

/// Something on the loop that owns descriptors or takes turns. The loop calls it on its own thread only.
public protocol ReactorHandler: AnyObject, Sendable {
    /// A watched descriptor can be read, written, or has failed.
    func ready(_ descriptor: Int32, _ readiness: Readiness)
    /// The turn that was asked for with `requestTurn`.
    func turn()
}

/// What a descriptor is ready for.
public struct Readiness: OptionSet, Sendable {
    /// The bits of epoll.
    public let rawValue: UInt32

    /// Adopts epoll's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Bytes, or the end of the stream, can be read.
    public static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    /// Bytes can be written.
    public static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// The peer is gone.
    public static let failed = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
}

/// The kernel refused a descriptor.
public struct ReactorError: Error, Sendable {
    /// The system call that failed.
    public let call: String
    /// Its error number.
    public let errno: Int32
}

extension ReactorLoop {
    /// Starts to watch a descriptor. The handler must `unwatch` before the descriptor is closed.
    public func watch(_ descriptor: Int32, for interest: Readiness, _ handler: any ReactorHandler) throws(ReactorError)
    {
        watchers.withLock { $0[descriptor] = handler }
        do {
            try control(EPOLL_CTL_ADD, descriptor, interest)
        } catch {
            watchers.withLock { $0[descriptor] = nil }
            throw error
        }
    }

    /// Changes what a watched descriptor is watched for.
    public func rewatch(_ descriptor: Int32, for interest: Readiness) throws(ReactorError) {
        try control(EPOLL_CTL_MOD, descriptor, interest)
    }

    /// Stops to watch; harmless when the descriptor is not watched.
    public func unwatch(_ descriptor: Int32) {
        guard watchers.withLock({ $0.removeValue(forKey: descriptor) }) != nil else { return }
        try? control(EPOLL_CTL_DEL, descriptor, [])
    }

    func control(_ operation: Int32, _ descriptor: Int32, _ interest: Readiness) throws(ReactorError) {
        var event = unsafe epoll_event()
        unsafe event.events = interest.rawValue
        unsafe event.data.fd = descriptor
        guard unsafe epoll_ctl(epoll, operation, descriptor, &event) == 0 else {
            throw ReactorError(call: "epoll_ctl", errno: errno)
        }
    }
}
