import Glibc

/// An address that a server may want to listen on.
public enum ListeningPort {
    /// Whether it can be had.
    public enum Standing: Sendable, Hashable {
        /// Nobody has it.
        case free
        /// Somebody listens there already.
        case taken
        /// This process may not, or the address is not of this machine; in the kernel's words.
        case refused(String)
    }

    /// Tries to bind the address, and lets go of it at once. Port 0 is always free.
    public static func standing(host: String, port: Int) -> Standing {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = unsafe getaddrinfo(host, "\(port)", &hints, &list)
        guard failure == 0, let address = unsafe list else {
            return .refused(unsafe String(cString: gai_strerror(failure)))
        }
        defer { unsafe freeaddrinfo(address) }
        let file = unsafe socket(address.pointee.ai_family, address.pointee.ai_socktype, 0)
        guard file >= 0 else { return refusal }
        defer { close(file) }
        var yes: Int32 = 1
        // As servers do it: connections of a predecessor that are still closing are no hindrance.
        unsafe setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe bind(file, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0, listen(file, 1) == 0 else {
            return errno == EADDRINUSE ? .taken : refusal
        }
        return .free
    }

    private static var refusal: Standing { .refused(unsafe String(cString: strerror(errno))) }
}
