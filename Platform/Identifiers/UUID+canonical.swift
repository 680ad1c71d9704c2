public import FoundationEssentials

/// The text of identifiers, which every request reads and writes several times: without the detours of `uuidString`, which
/// goes through `snprintf` and `sscanf`.
extension UUID {
    /// The canonical form in lower case, as RFC 9562 §4 asks for on output.
    public var canonical: String {
        unsafe withUnsafeBytes(of: uuid) { bytes in
            unsafe String(unsafeUninitializedCapacity: 36) { text in
                var place = 0
                for index in 0..<16 {
                    if Self.isAfterHyphen(index) {
                        unsafe text[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    let byte = unsafe bytes[index]
                    unsafe text[place] = (byte >> 4).hexadecimal
                    unsafe text[place + 1] = (byte & 0xF).hexadecimal
                    place += 2
                }
                return 36
            }
        }
    }

    /// Reads the canonical form of 36 characters, in either case; nil for anything else.
    public init?(canonical text: String) {
        var bytes: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        let isRead = unsafe withUnsafeMutableBytes(of: &bytes) { bytes in
            var characters = text.utf8.makeIterator()
            for index in 0..<16 {
                if Self.isAfterHyphen(index), characters.next() != UInt8(ascii: "-") { return false }
                guard let high = characters.next()?.hexadecimalDigit, let low = characters.next()?.hexadecimalDigit
                else { return false }
                unsafe bytes[index] = high << 4 | low
            }
            return characters.next() == nil
        }
        guard isRead else { return nil }
        self.init(uuid: bytes)
    }

    private static func isAfterHyphen(_ index: Int) -> Bool { index == 4 || index == 6 || index == 8 || index == 10 }
}

extension UInt8 {
    /// The digit of a number below 16.
    fileprivate var hexadecimal: UInt8 { self < 10 ? UInt8(ascii: "0") + self : UInt8(ascii: "a") - 10 + self }

    /// The number that a hexadecimal digit stands for, in either case; nil for any other character.
    package var hexadecimalDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
