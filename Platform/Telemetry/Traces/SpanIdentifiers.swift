import Synchronization

/// Makes identifiers of traces and spans: unlikely to come twice anywhere, and no secret.
///
/// One atomic addition and a few multiplications (SplitMix64); the kernel is asked once, at the start.
enum SpanIdentifiers {
    private static let state = Atomic(UInt64.random(in: .min ... .max))

    /// A number that is not zero.
    static func next() -> UInt64 {
        while true {
            var number = state.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
            number = (number ^ number >> 30) &* 0xBF58_476D_1CE4_E5B9
            number = (number ^ number >> 27) &* 0x94D0_49BB_1331_11EB
            number ^= number >> 31
            if number != 0 { return number }
        }
    }
}
