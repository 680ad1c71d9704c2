import Addresses
import HTTPTypes
import StrictJSON
import Testing

@testable import Web

@Suite(.timeLimit(.minutes(1))) struct ClientAddressTests {
    private static let proxies = ["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.7"].compactMap { AddressRange($0) }

    private func client(_ field: TrustedProxies.Field, _ values: [String], from peer: String) -> String? {
        var headers = HTTPFields()
        headers[values: field == .forwarded ? .forwarded : .forwardedFor] = values
        let peer = IPAddress(peer)?.unmapped
        return peer.map { TrustedProxies(Self.proxies, saying: field).client(of: headers, from: $0).description }
    }

    @Test(arguments: [
        ("198.51.100.9", ["1.1.1.1"], "198.51.100.9"),
        ("10.1.2.3", ["203.0.113.5"], "203.0.113.5"),
        ("10.1.2.3", ["6.6.6.6, 203.0.113.5, 192.0.2.7"], "203.0.113.5"),
        ("10.1.2.3", ["6.6.6.6", "203.0.113.5"], "203.0.113.5"),
        ("10.1.2.3", ["203.0.113.5:4711"], "203.0.113.5"),
        ("10.1.2.3", ["[2001:db8::5]:4711"], "2001:db8::5"),
        ("10.1.2.3", ["2001:DB8:0::5"], "2001:db8::5"),
        ("2001:db8:ffff::1", ["203.0.113.5"], "203.0.113.5"),
        ("::ffff:10.1.2.3", ["::ffff:203.0.113.5"], "203.0.113.5"),
        ("10.1.2.3", ["10.9.9.9"], "10.9.9.9"),
        ("10.1.2.3", [], "10.1.2.3"),
        ("10.1.2.3", ["6.6.6.6, unknown"], "10.1.2.3"),
        ("10.1.2.3", ["6.6.6.6, "], "10.1.2.3"),
        ("10.1.2.3", ["6.6.6.6, 10.0.0.300"], "10.1.2.3"),
    ])
    func `only what trusted proxies added to the list is believed`(peer: String, values: [String], client: String) {
        #expect(self.client(.forwardedFor, values, from: peer) == client)
    }

    @Test(arguments: [
        (["for=203.0.113.5;proto=https"], "203.0.113.5"),
        (["For=6.6.6.6, proto=https; for=\"[2001:db8::5]:80\""], "2001:db8::5"),
        (["for=6.6.6.6, for=_hidden"], "10.1.2.3"),
        (["for=6.6.6.6, proto=https"], "10.1.2.3"),
        (["for=203.0.113.5", "for=10.3.3.3"], "203.0.113.5"),
    ])
    func `the standard field is read the same way`(values: [String], client: String) {
        #expect(self.client(.forwarded, values, from: "10.1.2.3") == client)
    }

    @Test func `the field that the proxies do not write is the client's invention`() {
        var headers = HTTPFields()
        headers[.forwarded] = "for=6.6.6.6"
        let proxy = AddressRange("10.0.0.0/8").map { TrustedProxies([$0]) }
        #expect(IPAddress("10.1.2.3").flatMap { proxy?.client(of: headers, from: $0) } == IPAddress("10.1.2.3"))
    }

    @Test(arguments: [
        "", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0", "::/129", "10.0.0.0/8/8", "a", "1.2.3.4:80", "fe80::1%lo",
    ])
    func `what is no range is refused`(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test(arguments: [
        ("10.1.2.3/8", "10.0.0.0/8"), ("1.2.3.4", "1.2.3.4"), ("2001:db8::1/33", "2001:db8::/33"),
        ("0.0.0.0/0", "0.0.0.0/0"),
    ])
    func `a range is shown without the bits that do not count`(text: String, shown: String) {
        #expect(AddressRange(text)?.description == shown)
    }

    @Test func `clients of IPv6 are counted by their network`() throws {
        let address = try #require(IPAddress("2001:db8:1:2:3:4:5:6"))
        #expect(address.network.description == "2001:db8:1:2::/64")
        #expect(IPAddress("192.0.2.1")?.network.description == "192.0.2.1")
    }

    @Test func `handlers see who sent a request through a proxy`() async throws {
        var harness = Harness()
        harness.configuration.trustedProxies = TrustedProxies([try #require(AddressRange("127.0.0.1"))])
        harness.layers = [
            Layer { request, next in
                var response = try await next(request)
                response.headers[.from] = request.clientAddress?.description
                return response
            }
        ]
        try await harness.run { client in
            #expect(try await client("GET", "/v1/hello")["from"] == "127.0.0.1")
            let forwarded = try await client("GET", "/v1/hello", headers: ["X-Forwarded-For": "6.6.6.6, 203.0.113.5"])
            #expect(forwarded["from"] == "203.0.113.5")
        }
    }
}
