extension JSONParser {
    /// A number by the grammar: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`.
    mutating func number() throws(JSONError) -> JSON {
        let start = index
        let negative = peek() == .minus
        if negative { index += 1 }
        let first = peek()
        let whole = try digits(negative: negative)
        if first == .zero, whole.count > 1 { throw JSONError(.malformedNumber, at: start) }

        var isWhole = true
        if peek() == UInt8(ascii: ".") {
            isWhole = false
            index += 1
            _ = try digits(negative: false)
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            isWhole = false
            index += 1
            if peek() == UInt8(ascii: "+") || peek() == .minus { index += 1 }
            _ = try digits(negative: false)
        }
        if isWhole, let value = whole.value { return .integer(value) }
        guard let value = Double(String(decoding: bytes[start..<index], as: UTF8.self)), value.isFinite else {
            throw JSONError(.numberOutOfRange, at: start)
        }
        return .number(value)
    }

    /// At least one digit; the value is nil when it does not fit.
    private mutating func digits(negative: Bool) throws(JSONError) -> (count: Int, value: Int?) {
        let start = index
        var value: Int? = 0
        while let byte = peek(), (UInt8.zero ... .nine).contains(byte) {
            value = value?.appending(digit: Int(byte - .zero), negative: negative)
            index += 1
        }
        guard index > start else {
            throw JSONError(index < bytes.count ? .malformedNumber : .unexpectedEnd, at: index)
        }
        return (index - start, value)
    }
}

extension Int {
    fileprivate func appending(digit: Int, negative: Bool) -> Int? {
        let (product, overflow) = multipliedReportingOverflow(by: 10)
        if overflow { return nil }
        let (sum, tooLarge) =
            negative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
        return tooLarge ? nil : sum
    }
}
