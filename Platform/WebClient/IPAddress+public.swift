public import Addresses

extension IPAddress {
    /// Whether it leads to somebody on the internet: not to this machine, its network, a cloud's inner services, many at
    /// once, or to an IPv4 address in disguise.
    ///
    /// From IANA's special-purpose registries. Of IPv6 only what has been handed out counts, so that what will be set aside
    /// tomorrow is refused today.
    public var isPublic: Bool {
        bytes.count == 4
            ? !Self.specialIPv4.contains { $0.contains(self) }
            : Self.handedOut.contains(self) && !Self.specialIPv6.contains { $0.contains(self) }
    }

    private static let specialIPv4 = [
        range(0, 0, 0, 0, 8),  // this network
        range(10, 0, 0, 0, 8),  // private
        range(100, 64, 0, 0, 10),  // carriers' own; also Alibaba's metadata
        range(127, 0, 0, 0, 8),  // this machine
        range(168, 63, 129, 16, 32),  // Azure's inner services
        range(169, 254, 0, 0, 16),  // link-local; also AWS', Google's and Azure's metadata
        range(172, 16, 0, 0, 12),  // private
        range(192, 0, 0, 0, 24),  // protocols; also Oracle's metadata
        range(192, 0, 2, 0, 24),  // examples
        range(192, 88, 99, 0, 24),  // 6to4
        range(192, 168, 0, 0, 16),  // private
        range(198, 18, 0, 0, 15),  // measurements
        range(198, 51, 100, 0, 24),  // examples
        range(203, 0, 113, 0, 24),  // examples
        range(224, 0, 0, 0, 4),  // multicast
        range(240, 0, 0, 0, 4),  // reserved and broadcast
    ]

    /// 2000::/3; outside of it lie this machine, link-local, private, mapped IPv4, NAT64 and multicast.
    private static let handedOut = range([0x20], 3)

    private static let specialIPv6 = [
        range([0x20, 0x01, 0x00], 23),  // protocols, Teredo among them
        range([0x20, 0x01, 0x0d, 0xb8], 32),  // examples
        range([0x20, 0x02], 16),  // 6to4: IPv4 in disguise
        range([0x3f, 0xff, 0x00], 20),  // examples
    ]

    private static func range(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ bits: Int) -> AddressRange {
        AddressRange(IPAddress(bytes: [a, b, c, d]), prefix: bits)
    }

    private static func range(_ start: [UInt8], _ bits: Int) -> AddressRange {
        AddressRange(IPAddress(bytes: start + [UInt8](repeating: 0, count: 16 - start.count)), prefix: bits)
    }
}
