extension IPAddress {
    /// Whether it leads to somebody on the internet: not to this machine, its network, a cloud's inner services, many at
    /// once, or to an IPv4 address in disguise.
    ///
    /// From IANA's special-purpose registries. Of IPv6 only what has been handed out counts, so that what will be set aside
    /// tomorrow is refused today.
    public var isPublic: Bool {
        bytes.count == 4
            ? !Self.specialIPv4.contains { isWithin($0.network, $0.bits) }
            : isWithin(Self.handedOut.network, Self.handedOut.bits)
                && !Self.specialIPv6.contains { isWithin($0.network, $0.bits) }
    }

    private static let specialIPv4 = [
        network(0, 0, 0, 0, 8),  // this network
        network(10, 0, 0, 0, 8),  // private
        network(100, 64, 0, 0, 10),  // carriers' own; also Alibaba's metadata
        network(127, 0, 0, 0, 8),  // this machine
        network(168, 63, 129, 16, 32),  // Azure's inner services
        network(169, 254, 0, 0, 16),  // link-local; also AWS', Google's and Azure's metadata
        network(172, 16, 0, 0, 12),  // private
        network(192, 0, 0, 0, 24),  // protocols; also Oracle's metadata
        network(192, 0, 2, 0, 24),  // examples
        network(192, 88, 99, 0, 24),  // 6to4
        network(192, 168, 0, 0, 16),  // private
        network(198, 18, 0, 0, 15),  // measurements
        network(198, 51, 100, 0, 24),  // examples
        network(203, 0, 113, 0, 24),  // examples
        network(224, 0, 0, 0, 4),  // multicast
        network(240, 0, 0, 0, 4),  // reserved and broadcast
    ]

    /// 2000::/3; outside of it lie this machine, link-local, private, mapped IPv4, NAT64 and multicast.
    private static let handedOut = network([0x20], 3)

    private static let specialIPv6 = [
        network([0x20, 0x01, 0x00], 23),  // protocols, Teredo among them
        network([0x20, 0x01, 0x0d, 0xb8], 32),  // examples
        network([0x20, 0x02], 16),  // 6to4: IPv4 in disguise
        network([0x3f, 0xff, 0x00], 20),  // examples
    ]

    private static func network(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ bits: Int) -> (
        network: IPAddress, bits: Int
    ) {
        (IPAddress(bytes: [a, b, c, d]), bits)
    }

    private static func network(_ start: [UInt8], _ bits: Int) -> (network: IPAddress, bits: Int) {
        (IPAddress(bytes: start + [UInt8](repeating: 0, count: 16 - start.count)), bits)
    }
}
