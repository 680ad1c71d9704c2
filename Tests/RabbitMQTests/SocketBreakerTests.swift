import Glibc
import Testing

@testable import RabbitMQ

@Suite struct SocketBreakerTests {
    /// librabbitmq closes the socket of a connection that it gives up, and the number goes to whoever opens something next.
    @Test func `it breaks the connection that it was given, whoever has its number now`() throws {
        let (connection, broker) = try Self.sockets()
        let (stranger, friend) = try Self.sockets()
        defer { for socket in [broker, stranger, friend] { close(socket) } }
        let breaker = SocketBreaker()
        try breaker.attach(connection)
        close(connection)
        let copy = fcntl(stranger, F_DUPFD_CLOEXEC, connection)
        defer { close(copy) }
        #expect(!Self.hasEnded(broker))
        breaker.trip()
        #expect(Self.hasEnded(broker))
        #expect(!Self.hasEnded(friend))
        breaker.detach()
        breaker.trip()
        #expect(!Self.hasEnded(friend))
    }

    @Test func `who was abandoned has every later connection broken`() throws {
        let (connection, broker) = try Self.sockets()
        defer { for socket in [connection, broker] { close(socket) } }
        let breaker = SocketBreaker()
        breaker.abandon()
        try breaker.attach(connection)
        #expect(Self.hasEnded(broker))
        breaker.detach()
    }

    private static func sockets() throws -> (Int32, Int32) {
        var pair: [Int32] = [-1, -1]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
        return (pair[0], pair[1])
    }

    private static func hasEnded(_ socket: Int32) -> Bool {
        var byte: UInt8 = 0
        return unsafe recv(socket, &byte, 1, Int32(MSG_DONTWAIT)) == 0
    }
}
