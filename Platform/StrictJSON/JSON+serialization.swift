extension JSON {
    /// The value as compact UTF-8 text; members keep their order and doubles come back to the same bits.
    ///
    /// JSON has no infinities and no NaN, so those become `null`.
    public var bytes: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(256)
        write(to: &output)
        return output
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): output.append(contentsOf: String(value).utf8)
        case .number(let value): output.append(contentsOf: (value.isFinite ? value.description : "null").utf8)
        case .string(let value): Self.write(value, to: &output)
        case .array(let elements):
            output.append(.openBracket)
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(.comma) }
                element.write(to: &output)
            }
            output.append(.closeBracket)
        case .object(let object):
            output.append(.openBrace)
            for (index, member) in object.members.enumerated() {
                if index > 0 { output.append(.comma) }
                Self.write(member.name, to: &output)
                output.append(.colon)
                member.value.write(to: &output)
            }
            output.append(.closeBrace)
        }
    }

    /// Writes a text as a JSON string, for whoever writes documents without building values.
    package static func write(_ text: String, to output: inout [UInt8]) {
        output.append(.quote)
        // Most texts go as they are, in one piece.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != .quote && $0 != .backslash }) {
            output.append(contentsOf: text.utf8)
        } else {
            for byte in text.utf8 { write(escaped: byte, to: &output) }
        }
        output.append(.quote)
    }

    private static func write(escaped byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case .quote, .backslash: output.append(contentsOf: [.backslash, byte])
        case 0x0A: output.append(contentsOf: #"\n"#.utf8)
        case 0x0D: output.append(contentsOf: #"\r"#.utf8)
        case 0x09: output.append(contentsOf: #"\t"#.utf8)
        case 0..<0x20:
            let digits = String(byte, radix: 16)
            output.append(contentsOf: (#"\u00"# + (digits.count == 1 ? "0" : "") + digits).utf8)
        default: output.append(byte)
        }
    }
}

extension JSON: CustomStringConvertible {
    /// The same text as ``bytes``.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}
