import Glibc

/// The address of a machine, IPv4 or IPv6.
public struct IPAddress: Sendable, Hashable {
    /// 4 or 16, the most significant first.
    package let bytes: [UInt8]

    /// Reads an address as people write it, `192.0.2.1` or `2001:db8::1`, without port, brackets or zone.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        if let bytes = Self.parse(text, AF_INET, 4) {
            self.init(bytes: bytes)
        } else if let bytes = Self.parse(text, AF_INET6, 16) {
            self.init(bytes: bytes)
        } else {
            return nil
        }
    }

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// The IPv4 address inside an IPv4-mapped IPv6 address, which is how a socket for both names an IPv4 peer; any other
    /// address as it is.
    public var unmapped: IPAddress {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return bytes.count == 16 && bytes.starts(with: mapped) ? IPAddress(bytes: Array(bytes[12...])) : self
    }

    /// What one customer of a network usually has: the address itself, or the first 64 bits of an IPv6 address.
    ///
    /// Count by this: whoever has one IPv6 address has 2⁶⁴ of them.
    public var network: AddressRange { AddressRange(self, prefix: bytes.count == 4 ? 32 : 64) }

    private static func parse(_ text: String, _ family: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        guard text.utf8.count < 64, unsafe inet_pton(family, text, &bytes) == 1 else { return nil }
        return bytes
    }
}

extension IPAddress: CustomStringConvertible {
    /// The address in its canonical form (RFC 5952).
    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard unsafe inet_ntop(family, bytes, &text, UInt32(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
