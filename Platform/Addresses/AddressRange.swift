/// A range of addresses in CIDR notation, such as `10.0.0.0/8`; a single address is a range of one.
public struct AddressRange: Sendable, Hashable {
    private let first: IPAddress
    private let prefix: Int

    package init(_ address: IPAddress, prefix: Int) {
        let bytes = address.bytes.enumerated().map { index, byte in
            byte & ~UInt8(truncatingIfNeeded: 0xFF >> max(0, min(8, prefix - index * 8)))
        }
        first = IPAddress(bytes: bytes)
        self.prefix = prefix
    }

    /// Reads `ADDRESS` or `ADDRESS/BITS`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        let bits = address.bytes.count * 8
        guard parts.count == 2 else {
            self.init(address, prefix: bits)
            return
        }
        guard let prefix = Int(parts[1]), (0...bits).contains(prefix) else { return nil }
        self.init(address, prefix: prefix)
    }

    /// Whether an address lies in the range.
    public func contains(_ address: IPAddress) -> Bool {
        address.bytes.count == first.bytes.count && AddressRange(address, prefix: prefix) == self
    }
}

extension AddressRange: CustomStringConvertible {
    /// The range in CIDR notation; a range of one is the address alone.
    public var description: String { prefix == first.bytes.count * 8 ? "\(first)" : "\(first)/\(prefix)" }
}
