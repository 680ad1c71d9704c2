import Foundation

/// A server that answers whatever is sent with what the test says, once for every connection, and then listens on.
final class FakeServer: Sendable {
    let url: String
    private let path: String
    private let descriptor: Int32

    init(answer: [UInt8], thenClose: Bool = false) throws {
        path = "/tmp/storytime-fake-\(UUID().uuidString.prefix(8)).sock"
        url = "unix://\(path)"
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(descriptor, 16) == 0 else { throw POSIXError(.EADDRINUSE) }
        let listener = descriptor
        Thread.detachNewThread {
            var connections: [Int32] = []
            // Closed here and nowhere else: a number that is free may be anybody's the next moment.
            defer { for descriptor in connections + [listener] { close(descriptor) } }
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else {
                    if errno == EINVAL { return }
                    continue
                }
                var byte: UInt8 = 0
                _ = unsafe recv(connection, &byte, 1, 0)
                _ = unsafe answer.withUnsafeBytes { bytes in
                    unsafe send(connection, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                }
                if thenClose { close(connection) } else { connections.append(connection) }
            }
        }
    }

    deinit {
        // The next accept fails.
        shutdown(descriptor, Int32(SHUT_RDWR))
        unsafe unlink(path)
    }
}
