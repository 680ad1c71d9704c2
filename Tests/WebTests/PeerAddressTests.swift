import Addresses
import NIOCore
import Testing

@testable import Web

@Suite struct PeerAddressTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("2001:db8::17", "2001:db8::17"), ("::ffff:192.0.2.1", "192.0.2.1"),
    ])
    func `a peer's address is read from its socket`(socket: String, address: String) throws {
        #expect(try SocketAddress(ipAddress: socket, port: 4_711).ip == IPAddress(address))
    }

    @Test func `a socket in the file system has none`() throws {
        #expect(try SocketAddress(unixDomainSocketPath: "/run/storytime.sock").ip == nil)
    }
}
