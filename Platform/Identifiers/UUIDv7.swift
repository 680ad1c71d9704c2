public import FoundationEssentials
import Synchronization

extension UUID {
    /// A time-ordered identifier, version 7 of RFC 9562.
    ///
    /// Two identifiers made by one process never compare out of order: the 12 bits behind the millisecond count up.
    public static func v7() -> UUID { UUIDv7Clock.shared.next() }

    /// The moment a version 7 identifier was made, to the millisecond; nil for any other version.
    public var timestamp: Date? {
        let b = uuid
        guard b.6 >> 4 == 7 else { return nil }
        let high = UInt64(b.0) << 40 | UInt64(b.1) << 32 | UInt64(b.2) << 24
        let milliseconds = high | UInt64(b.3) << 16 | UInt64(b.4) << 8 | UInt64(b.5)
        return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}

/// Keeps the last stamp (48 bits of milliseconds, 12 bits of count) so that identifiers only ever grow.
private final class UUIDv7Clock: Sendable {
    static let shared = UUIDv7Clock()
    private let last = Atomic<UInt64>(0)

    func next() -> UUID {
        let now = UInt64(Date().timeIntervalSince1970 * 1000) << 12
        var previous = last.load(ordering: .relaxed)
        var stamp: UInt64
        repeat {
            stamp = max(now, previous + 1)
            let (exchanged, current) = last.compareExchange(
                expected: previous,
                desired: stamp,
                ordering: .relaxed
            )
            if exchanged { break }
            previous = current
        } while true
        return Self.assemble(stamp: stamp, random: UInt64.random(in: .min ... .max))
    }

    private static func assemble(stamp: UInt64, random: UInt64) -> UUID {
        func byte(_ value: UInt64, _ shift: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: value >> shift) }
        return UUID(
            uuid: (
                byte(stamp, 52), byte(stamp, 44), byte(stamp, 36), byte(stamp, 28), byte(stamp, 20), byte(stamp, 12),
                0x70 | byte(stamp, 8) & 0x0F, byte(stamp, 0),
                0x80 | byte(random, 56) & 0x3F, byte(random, 48), byte(random, 40), byte(random, 32),
                byte(random, 24), byte(random, 16), byte(random, 8), byte(random, 0)
            )
        )
    }
}
