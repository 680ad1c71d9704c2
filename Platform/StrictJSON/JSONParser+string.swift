extension JSONParser {
    /// A string whose opening quote is the next byte.
    mutating func string() throws(JSONError) -> String {
        index += 1
        let start = index
        while let byte = peek() {
            switch byte {
            case .quote:
                index += 1
                return try text(bytes[start..<index - 1], from: start)
            case .backslash: return try escapedString(from: start)
            case 0..<0x20: throw JSONError(byte == 0 ? .nul : .controlCharacter, at: index)
            default: index += 1
            }
        }
        throw JSONError(.unexpectedEnd, at: index)
    }

    /// The slow road, taken from the first backslash on.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var unescaped = Array(bytes[start..<index])
        while let byte = peek() {
            switch byte {
            case .quote:
                index += 1
                return try text(unescaped[...], from: start)
            case .backslash: try escape(into: &unescaped)
            case 0..<0x20: throw JSONError(byte == 0 ? .nul : .controlCharacter, at: index)
            default:
                unescaped.append(byte)
                index += 1
            }
        }
        throw JSONError(.unexpectedEnd, at: index)
    }

    private mutating func escape(into unescaped: inout [UInt8]) throws(JSONError) {
        let start = index
        index += 1
        guard let byte = peek() else { throw JSONError(.unexpectedEnd, at: index) }
        index += 1
        switch byte {
        case .quote, .backslash, UInt8(ascii: "/"): unescaped.append(byte)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"): unescaped.append(contentsOf: String(try scalar(from: start)).utf8)
        default: throw JSONError(.malformedEscape, at: start)
        }
    }

    /// The character of one `\uXXXX`, or of two that form a surrogate pair.
    private mutating func scalar(from start: Int) throws(JSONError) -> Character {
        let first = try hexadecimal(from: start)
        if first == 0 { throw JSONError(.nul, at: start) }
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        guard (0xD800..<0xDC00).contains(first), peek() == .backslash else {
            throw JSONError(.loneSurrogate, at: start)
        }
        index += 1
        guard peek() == UInt8(ascii: "u") else { throw JSONError(.loneSurrogate, at: start) }
        index += 1
        let second = try hexadecimal(from: start)
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw JSONError(.loneSurrogate, at: start) }
        return Character(scalar)
    }

    private mutating func hexadecimal(from start: Int) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek() else { throw JSONError(.unexpectedEnd, at: index) }
            guard let digit = byte.hexadecimalDigit else { throw JSONError(.malformedEscape, at: start) }
            value = value << 4 | digit
            index += 1
        }
        return value
    }

    private func text(_ slice: ArraySlice<UInt8>, from start: Int) throws(JSONError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw JSONError(.invalidUTF8, at: start + validPrefix(of: bytes[start..<index]))
        }
        return text
    }

    /// How many of the bytes are good UTF-8 before the first that is not.
    private func validPrefix(of slice: ArraySlice<UInt8>) -> Int {
        var parser = UTF8.ForwardParser()
        var iterator = slice.makeIterator()
        var length = 0
        while case .valid(let scalar) = parser.parseScalar(from: &iterator) { length += scalar.count }
        return length
    }
}

extension UInt8 {
    fileprivate var hexadecimalDigit: UInt32? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
