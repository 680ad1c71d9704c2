/// A recursive descent over the bytes, in one pass and without looking back.
///
/// The way to a faulty value is put together only while the error travels up, so that good documents do not pay for it.
struct JSONParser {
    let bytes: [UInt8]
    let limits: JSONLimits
    var index = 0

    init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(JSONError) -> JSON {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw JSONError(.byteOrderMark, at: 0) }
        skipWhitespace()
        let value = try value(depth: 0)
        skipWhitespace()
        guard index == bytes.count else { throw JSONError(.trailingBytes, at: index) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard let byte = peek() else { throw JSONError(.unexpectedEnd, at: index) }
        switch byte {
        case .quote: return .string(try string())
        case .openBrace: return try object(depth: depth + 1)
        case .openBracket: return try array(depth: depth + 1)
        case .minus, .zero ... .nine: return try number()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw JSONError(.expected("a value"), at: index)
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        try enter(depth)
        var object = JSONObject()
        if try close(.closeBrace) { return .object(object) }
        repeat {
            guard peek() == .quote else { throw unexpected("a member name in double quotes") }
            let start = index
            let name = try string()
            skipWhitespace()
            guard peek() == .colon else { throw unexpected("a colon") }
            index += 1
            skipWhitespace()
            let member: JSON
            do { member = try value(depth: depth) } catch { throw error.inside(.name(name)) }
            guard object.insert(name, member) else {
                throw JSONError(.duplicateName(name), at: start, pointer: JSONPointer([.name(name)]))
            }
        } while try more(before: .closeBrace, expected: "a comma or }")
        return .object(object)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        try enter(depth)
        var elements: [JSON] = []
        if try close(.closeBracket) { return .array(elements) }
        repeat {
            do { elements.append(try value(depth: depth)) } catch { throw error.inside(.index(elements.count)) }
        } while try more(before: .closeBracket, expected: "a comma or ]")
        return .array(elements)
    }

    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth <= limits.depth else { throw JSONError(.tooDeep(limits.depth), at: index) }
        index += 1
        skipWhitespace()
    }

    /// Whether the container ends right where it began.
    private mutating func close(_ end: UInt8) throws(JSONError) -> Bool {
        guard let byte = peek() else { throw JSONError(.unexpectedEnd, at: index) }
        guard byte == end else { return false }
        index += 1
        return true
    }

    /// Whether a comma promises another element; false when the container ends.
    private mutating func more(before end: UInt8, expected: String) throws(JSONError) -> Bool {
        skipWhitespace()
        guard let byte = peek(), byte == .comma || byte == end else { throw unexpected(expected) }
        index += 1
        if byte == end { return false }
        skipWhitespace()
        return true
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        for expected in "\(word)".utf8 {
            guard peek() == expected else { throw unexpected("\(word)") }
            index += 1
        }
        return value
    }

    private mutating func skipWhitespace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }

    func unexpected(_ what: String) -> JSONError {
        JSONError(index < bytes.count ? .expected(what) : .unexpectedEnd, at: index)
    }
}

extension UInt8 {
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let openBrace = UInt8(ascii: "{")
    static let closeBrace = UInt8(ascii: "}")
    static let openBracket = UInt8(ascii: "[")
    static let closeBracket = UInt8(ascii: "]")
    static let colon = UInt8(ascii: ":")
    static let comma = UInt8(ascii: ",")
    static let minus = UInt8(ascii: "-")
    static let zero = UInt8(ascii: "0")
    static let nine = UInt8(ascii: "9")
}
