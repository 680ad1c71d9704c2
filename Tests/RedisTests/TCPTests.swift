import Foundation
import Logging
import Redis
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct TCPTests {
    @Test func `a server is reached by its name and port`() async throws {
        let port = try freePort()
        try await withRedis(options: ["--port", "\(port)"]) { server, _ in
            let client = try server.client(url: "redis://localhost:\(port)/1")
            #expect(try await client.send(["ECHO", "over TCP"]).asText() == "over TCP")
            try await server.kill()
            try await eventually { await code { try await client.send(["PING"]) } == .unavailable }
            try await server.start()
            try await eventually { await code { try await client.send(["PING"]) } == nil }
            await client.close()
        }
    }

    @Test func `a port that nobody listens on is said`() async throws {
        let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        let configuration = try RedisConfiguration(url: "redis://127.0.0.1:\(try freePort())")
        let client = RedisClient(configuration, on: try TestDatabase.loop, logger: silent)
        let error = await #expect(throws: RedisError.self) { try await client.send(["PING"], timeout: .seconds(30)) }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("refused") == true)
        await client.close()
    }

    /// A port that was free a moment ago.
    private func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let bound = unsafe bind(descriptor, address, length)
                return unsafe bound == 0 ? getsockname(descriptor, address, &length) : bound
            }
        }
        guard status == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        return UInt16(bigEndian: address.sin_port)
    }
}
