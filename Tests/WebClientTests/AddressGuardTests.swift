import Addresses
import Dispatch
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import WebClient

@Suite(.timeLimit(.minutes(1))) struct AddressGuardTests {
    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254", "168.63.129.16",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.168.1.1", "198.19.0.1", "224.0.0.1",
        "255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::7f00:1", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fc00::1", "fd00:ec2::254",
        "fe80::1", "fec0::1", "ff02::1", "5f00::1",
    ])
    func `what is not on the internet is not public`(text: String) throws {
        #expect(try #require(IPAddress(text)).isPublic == false)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "100.63.255.255", "172.15.0.1", "172.32.0.1", "192.0.1.1", "223.255.255.255",
        "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450::1", "2001:200::1",
    ])
    func `what is on the internet is`(text: String) throws {
        #expect(try #require(IPAddress(text)).isPublic)
    }

    @Test(arguments: [
        "ftp://example.com/", "http://example.com/", "file:///etc/passwd", "//example.com/", "example.com", "https://",
        "https://example.com:8443/", "https://example.com:22/", "https://me@example.com/", "https://me:x@example.com/",
        "https://@example.com/", "https://:@example.com/", "https://example.com:443@127.0.0.1/", "https://127.0.0.1./",
        // To some it is xn--r8jz45g.jp and to others 例え.jp.
        "https://xn--r8jz45g.jp/",
        "https://exa mple.com/", "https://ex%61mple.com/", "https://例え.jp/", "https://example.com\\@127.0.0.1/",
        "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://127.1/", "https://0177.0.0.1/",
        "https://[::1%25lo]/", "https://[fe80::1%25eth0]/", "https://example..com/", "https://.example.com/",
        "https://example.com\r\nHost: x/", "https://a_b.example/",
    ])
    func `a URL that could be read in two ways is refused`(url: String) async {
        let error = await #expect(throws: WebClientError.self) { try await guarded(["203.0.114.1"]).check(url) }
        #expect(error?.code == .url)
    }

    @Test(arguments: [
        "https://127.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/", "https://10.0.0.1:443/",
    ])
    func `an address that is not public is refused as such`(url: String) async {
        let error = await #expect(throws: WebClientError.self) { try await AddressGuard().check(url) }
        #expect(error?.code == .address && error?.isTransient == false)
    }

    @Test func `the system's own name for this machine is refused`() async {
        let error = await #expect(throws: WebClientError.self) { try await AddressGuard().check("https://localhost/") }
        #expect(error?.code == .address)
    }

    @Test func `one address that is not public is one too many`() async throws {
        await #expect(throws: WebClientError.self) {
            try await guarded(["1.1.1.1", "10.0.0.1"]).check("https://example.com/")
        }
        let none = await #expect(throws: WebClientError.self) { try await guarded([]).check("https://example.com/") }
        #expect(none?.code == .connect)
    }

    @Test func `what passes is put together anew`() async throws {
        let url = try await guarded(["1.1.1.1"]).check("HTTPS://Example.COM?to=%2Fa#there")
        #expect(url.text == "https://example.com:443/?to=%2Fa")
        #expect(url.host == "example.com" && url.address.description == "1.1.1.1")
        let literal = try await AddressGuard().check("https://[2606:4700::1111]/x")
        #expect(literal.text == "https://[2606:4700::1111]:443/x")
    }

    @Test func `the call goes to the address that was looked at, whatever the name leads to later`() async throws {
        try await ScriptedServer.run { _ in
            .ok("pinned")
        } _: { server, port in
            let questions = Mutex(0)
            var gate = AddressGuard()
            gate.schemes = ["http"]
            gate.ports = [port]
            gate.admits = { $0.description == "127.0.0.1" }
            gate.resolve = { _ in
                questions.withLock { $0 += 1 }
                return [IPAddress("127.0.0.1")].compactMap { $0 }
            }
            // No name server knows this name, so only the address that was pinned can have led anywhere.
            let url = try await gate.check("http://rebind.invalid:\(port)/hook")
            let client = WebClient(of: "tests")
            let reply = try await client.send(WebRequest(.post), to: url)
            try await client.close()
            #expect(String(decoding: reply.body, as: UTF8.self) == "pinned")
            #expect(server.heads.first?.hasPrefix("POST /hook HTTP/1.1\r\n") == true)
            #expect(server.heads.first?.lowercased().contains("host: rebind.invalid:\(port)\r\n") == true)
            #expect(questions.withLock { $0 } == 1)
        }
    }

    @Test(arguments: ["rebind--x.invalid", "127.0.0.1.invalid"])
    func `the name that was looked at is the name that is called`(host: String) async throws {
        try await ScriptedServer.run { _ in
            .ok("pinned")
        } _: { server, port in
            var gate = AddressGuard()
            (gate.schemes, gate.ports, gate.admits) = (["http"], [port], { _ in true })
            gate.resolve = { _ in [IPAddress("127.0.0.1")].compactMap { $0 } }
            let url = try await gate.check("http://\(host):\(port)/")
            let client = WebClient(of: "tests")
            _ = try? await client.send(WebRequest(), to: url)
            try await client.close()
            #expect(server.heads.first?.lowercased().contains("host: \(host):\(port)\r\n") == true)
        }
    }

    @Test func `who waits for a name server no longer than allowed is let go`() async throws {
        let (answer, isWaiting) = (DispatchSemaphore(value: 0), Latch(1))
        let lookUp = Task {
            try await NameResolution.addresses(of: "slow.invalid") { _ in
                isWaiting.arrive()
                answer.wait()
                return []
            }
        }
        await isWaiting.wait()
        lookUp.cancel()
        await #expect(throws: CancellationError.self) { try await lookUp.value }
        answer.signal()
        var gate = AddressGuard()
        gate.timeout = .milliseconds(1)
        gate.resolve = { _ in
            try await Task.sleep(for: .seconds(3600))
            return []
        }
        let error = await #expect(throws: WebClientError.self) { try await gate.check("https://slow.invalid/") }
        #expect(error?.code == .connect && error?.isTransient == true)
    }

    @Test func `no redirect leads away from it`() async throws {
        let away = "HTTP/1.1 302 Found\r\nLocation: /inside\r\nContent-Length: 0\r\n\r\n"
        try await ScriptedServer.run { _ in
            .init(bytes: away)
        } _: { server, port in
            var gate = AddressGuard()
            (gate.schemes, gate.ports) = (["http"], [port])
            gate.admits = { _ in true }
            let client = WebClient(of: "tests")
            let url = try await gate.check("http://127.0.0.1:\(port)/")
            let reply = try await client.send(WebRequest(), to: url)
            try await client.close()
            #expect(reply.status == .found && server.heads.count == 1)
        }
    }

    private func guarded(_ addresses: [String]) -> AddressGuard {
        var gate = AddressGuard()
        gate.resolve = { _ in addresses.compactMap { IPAddress($0) } }
        return gate
    }
}
