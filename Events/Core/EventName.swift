/// The stored name of an event type: `module.what-happened`, in lower case, past tense.
///
/// It is written out by hand and never derived from a Swift name, because rows outlive code.
public struct EventName: Hashable, Sendable, Codable, RawRepresentable, ExpressibleByStringLiteral {
    /// The name as it is stored.
    public let rawValue: String

    /// Adopts a stored name, known to this build or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A name in source code.
    public init(stringLiteral value: String) { rawValue = value }

    /// The module that announces it.
    public var module: Substring { rawValue.prefix { $0 != "." } }
}

extension EventName: CustomStringConvertible {
    /// The name.
    public var description: String { rawValue }
}

/// What an event is about. Events of one key reach every listener in the order in which they were recorded.
public struct OrderingKey: Hashable, Sendable, CustomStringConvertible {
    /// `entity:identifier`, such as `kid:018f…`.
    public let description: String

    /// The key of one entity.
    public init(_ entity: String, _ id: some LosslessStringConvertible) { description = "\(entity):\(id)" }

    /// Adopts a stored key.
    public init(stored: String) { description = stored }

    /// A number from 0 to 255 that never changes for a key; lanes are made of slots. (FNV-1a, folded to one byte.)
    public var slot: Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let folded = hash ^ hash >> 32
        return Int((folded ^ folded >> 16 ^ folded >> 8) & 0xFF)
    }
}
