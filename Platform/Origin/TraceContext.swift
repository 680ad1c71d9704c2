public import ServiceContextModule

/// The place of one span in a trace, as W3C Trace Context (level 1) carries it in `traceparent` and `tracestate`.
public struct TraceContext: Sendable, Hashable {
    /// The first half of the trace's identifier.
    public let traceHigh: UInt64
    /// The second half.
    public let traceLow: UInt64
    /// The span's identifier.
    public let span: UInt64
    /// Whether the trace is recorded.
    public let isSampled: Bool
    /// What other systems note about the trace (`tracestate`), passed on as it came.
    public let state: String?

    /// A span of a trace. Neither identifier may be zero.
    public init(traceHigh: UInt64, traceLow: UInt64, span: UInt64, isSampled: Bool, state: String? = nil) {
        self.traceHigh = traceHigh
        self.traceLow = traceLow
        self.span = span
        self.isSampled = isSampled
        self.state = state
    }

    /// Reads a `traceparent`; nil when it is not valid, and the trace then begins anew, without the `tracestate` too.
    ///
    /// A version from the future may have more behind the flags; version 00 may not. A `tracestate` that is not valid, or
    /// longer than 512 characters, is as good as none.
    public init?(_ header: String, state: String? = nil) {
        let bytes = Array(header.utf8)
        guard bytes.count >= 55, [2, 35, 52].allSatisfy({ bytes[$0] == Self.dash }),
            let version = Self.number(bytes[0..<2]), version != 0xFF,
            bytes.count == 55 || version > 0 && bytes[55] == Self.dash,
            let high = Self.number(bytes[3..<19]), let low = Self.number(bytes[19..<35]), high != 0 || low != 0,
            let span = Self.number(bytes[36..<52]), span != 0, let flags = Self.number(bytes[53..<55])
        else { return nil }
        let state = state.flatMap { Self.isState($0) ? $0 : nil }
        self.init(traceHigh: high, traceLow: low, span: span, isSampled: flags & 1 == 1, state: state)
    }

    /// A span that is part of this one.
    public func child(_ span: UInt64) -> TraceContext {
        TraceContext(traceHigh: traceHigh, traceLow: traceLow, span: span, isSampled: isSampled, state: state)
    }

    /// The header that hands this place on.
    public var header: String {
        Self.text { bytes in
            bytes.append(contentsOf: "00-".utf8)
            Self.write(traceHigh, to: &bytes)
            Self.write(traceLow, to: &bytes)
            bytes.append(Self.dash)
            Self.write(span, to: &bytes)
            bytes.append(contentsOf: (isSampled ? "-01" : "-00").utf8)
        }
    }

    /// The trace's identifier in 32 hexadecimal digits.
    public var traceText: String {
        Self.text { bytes in
            Self.write(traceHigh, to: &bytes)
            Self.write(traceLow, to: &bytes)
        }
    }

    /// The span's identifier in 16 hexadecimal digits.
    public var spanText: String { Self.text { Self.write(span, to: &$0) } }

    /// Writes an identifier, or half of one, in 16 hexadecimal digits.
    package static func write(_ number: UInt64, to bytes: inout [UInt8]) {
        for place in 1...16 {
            let digit = UInt8(number >> (64 - 4 * place) & 0xF)
            bytes.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
        }
    }

    private static let dash = UInt8(ascii: "-")

    /// Whether it can be a header field. What its members mean is the business of those who wrote them.
    private static func isState(_ text: String) -> Bool {
        (1...512).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    private static func text(_ write: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(55)
        write(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension ServiceContext {
    /// The span at work.
    public var traceContext: TraceContext? {
        get { self[TraceContextKey.self] }
        set { self[TraceContextKey.self] = newValue }
    }

    /// Whether what the task does is part of a trace that is recorded.
    public static var isTraced: Bool { current?.traceContext?.isSampled ?? false }
}

private enum TraceContextKey: ServiceContextKey {
    typealias Value = TraceContext
    static let nameOverride: String? = "traceparent"
}
