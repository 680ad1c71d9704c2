public import Addresses
import HTTPTypes

/// Which machines may say on whose behalf they send a request.
///
/// Only one header field is believed, because a proxy passes on the other one as the client made it up.
public struct TrustedProxies: Sendable, Hashable {
    /// The header field that the proxies write.
    public enum Field: String, Sendable, CaseIterable {
        /// `X-Forwarded-For`, a list of addresses.
        case forwardedFor = "x-forwarded-for"
        /// `Forwarded` of RFC 7239.
        case forwarded
    }

    let ranges: [AddressRange]
    let field: Field

    /// The proxies at these addresses. Without any, nobody is believed.
    public init(_ ranges: [AddressRange] = [], saying field: Field = .forwardedFor) {
        self.ranges = ranges
        self.field = field
    }

    /// Whether a machine is one of the proxies.
    func contains(_ address: IPAddress) -> Bool { ranges.contains { $0.contains(address) } }

    /// Who sent a request that came from `peer`: the last address of the list that no trusted proxy vouches for itself.
    ///
    /// The list is read from its end, so what a client put in front of it is never reached.
    func client(of headers: HTTPFields, from peer: IPAddress) -> IPAddress {
        guard contains(peer) else { return peer }
        var client = peer
        for hop in hops(headers).reversed() {
            guard let address = IPAddress(hop)?.unmapped else { break }
            client = address
            guard contains(address) else { break }
        }
        return client
    }

    private func hops(_ headers: HTTPFields) -> [Substring] {
        switch field {
        case .forwardedFor:
            headers[values: .forwardedFor].flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
                .map { Self.address($0.trimmed) }
        case .forwarded:
            headers[values: .forwarded].flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
                .map { Self.forwardedFor($0) }
        }
    }

    /// The `for` of one element of `Forwarded`; empty, and so no address, when there is none.
    private static func forwardedFor(_ element: Substring) -> Substring {
        for pair in element.split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].trimmed.lowercased() == "for" else { continue }
            var value = parts[1].trimmed
            if value.first == "\"", value.last == "\"", value.count >= 2 { value = value.dropFirst().dropLast() }
            return address(value)
        }
        return ""
    }

    /// The address without brackets and port.
    private static func address(_ node: Substring) -> Substring {
        if node.first == "[" { return node.dropFirst().prefix { $0 != "]" } }
        return node.count(where: { $0 == ":" }) == 1 ? node.prefix { $0 != ":" } : node
    }
}
