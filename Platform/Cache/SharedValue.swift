/// A value as Redis holds it: `V<generation>|<expiry in ms>|+<bytes>`, or `-` in place of `+` for one that is not there.
///
/// The generation makes everything older worthless at once; the expiry travels along so that no node keeps a value for
/// longer than the one that loaded it.
struct SharedValue: Equatable {
    let generation: String
    /// Milliseconds since 1970.
    let expiry: Int
    /// Nil when it is known that there is no such thing.
    let bytes: [UInt8]?

    init(generation: String, expiry: Int, bytes: [UInt8]?) {
        self.generation = generation
        self.expiry = expiry
        self.bytes = bytes
    }

    /// Reads what a key holds; nil for a lease, and for what is no value of ours.
    init?(_ stored: [UInt8]) {
        guard stored.first == UInt8(ascii: "V") else { return nil }
        let parts = stored.dropFirst().split(
            separator: UInt8(ascii: "|"),
            maxSplits: 2,
            omittingEmptySubsequences: false
        )
        guard parts.count == 3, let expiry = Int(String(decoding: parts[1], as: UTF8.self)) else { return nil }
        self.expiry = expiry
        generation = String(decoding: parts[0], as: UTF8.self)
        switch parts[2].first {
        case UInt8(ascii: "+"): bytes = Array(parts[2].dropFirst())
        case UInt8(ascii: "-"): bytes = nil
        default: return nil
        }
    }

    var stored: [UInt8] {
        Array("V\(generation)|\(expiry)|".utf8) + (bytes.map { [UInt8(ascii: "+")] + $0 } ?? [UInt8(ascii: "-")])
    }
}
