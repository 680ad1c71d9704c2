import Identifiers

extension Substring {
    /// The text behind percent-encoding; nil for a broken escape, for bytes that are not UTF-8 and for U+0000.
    func percentDecoded(plusIsSpace: Bool = false) -> String? {
        guard utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return String(self) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(utf8.count)
        var bytes = utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = bytes.next()?.hexadecimalDigit, let low = bytes.next()?.hexadecimalDigit else {
                    return nil
                }
                let value = high << 4 | low
                guard value != 0 else { return nil }
                decoded.append(value)
            case UInt8(ascii: "+") where plusIsSpace: decoded.append(UInt8(ascii: " "))
            default: decoded.append(byte)
            }
        }
        return String(validating: decoded, as: UTF8.self)
    }
}

extension String {
    /// The text for a query: whatever is more than a letter, a digit or one of `-._~` is escaped.
    var percentEncoded: String {
        utf8.reduce(into: "") { text, byte in
            let isPlain =
                byte.hexadecimalDigit != nil || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~")].contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            text += isPlain ? String(decoding: [byte], as: UTF8.self) : byte < 16 ? "%0\(digits)" : "%\(digits)"
        }
    }
}
