public import FoundationEssentials

extension Date {
    /// The moment as RFC 3339 text in UTC with milliseconds, `2026-03-01T09:30:00.250Z`: the one form our documents use.
    public var rfc3339: String {
        let milliseconds = Int((timeIntervalSince1970 * 1000).rounded(.down))
        let (days, time) = milliseconds.quotientAndRemainderRoundingDown(dividingBy: 86_400_000)
        let day = CivilDay(daysSince1970: days)
        var text: [UInt8] = []
        text.reserveCapacity(24)
        text.append(day.year, digits: 4, then: "-")
        text.append(day.month, digits: 2, then: "-")
        text.append(day.day, digits: 2, then: "T")
        text.append(time / 3_600_000, digits: 2, then: ":")
        text.append(time / 60_000 % 60, digits: 2, then: ":")
        text.append(time / 1000 % 60, digits: 2, then: ".")
        text.append(time % 1000, digits: 3, then: "Z")
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads RFC 3339 text with any offset; nil for anything else, such as a day that does not exist.
    public init?(rfc3339 text: String) {
        var reader = FixedTextReader(text)
        guard let day = reader.day(), reader.skip("T", "t"),
            let hour = reader.digits(2, in: 0...23), reader.skip(":"),
            let minute = reader.digits(2, in: 0...59), reader.skip(":"),
            let second = reader.digits(2, in: 0...59), let fraction = reader.fraction(),
            let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let seconds = day.daysSince1970 * 86400 + hour * 3600 + minute * 60 + second - offset
        self.init(timeIntervalSince1970: Double(seconds) + fraction)
    }
}

extension CivilDay {
    /// Reads an RFC 3339 full date, `2026-03-01`; nil for anything else.
    public init?(rfc3339 text: String) {
        var reader = FixedTextReader(text)
        guard let day = reader.day(), reader.isAtEnd else { return nil }
        self = day
    }
}

/// Reads text whose every character has its place.
private struct FixedTextReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { index == bytes.count }

    mutating func skip(_ characters: Character...) -> Bool {
        guard index < bytes.count, characters.contains(where: { $0.asciiValue == bytes[index] }) else { return false }
        index += 1
        return true
    }

    mutating func digits(_ count: Int, in range: ClosedRange<Int>) -> Int? {
        guard index + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[index..<index + count] {
            guard (UInt8.zero ... .nine).contains(byte) else { return nil }
            value = value * 10 + Int(byte - .zero)
        }
        index += count
        return range.contains(value) ? value : nil
    }

    mutating func day() -> CivilDay? {
        guard let year = digits(4, in: 1...9999), skip("-"), let month = digits(2, in: 1...12), skip("-"),
            let day = digits(2, in: 1...31)
        else { return nil }
        return CivilDay(year: year, month: month, day: day)
    }

    /// Zero when there is none; nil when a point has no digits.
    mutating func fraction() -> Double? {
        guard skip(".") else { return 0 }
        var value = 0.0
        var scale = 0.1
        let start = index
        while let digit = digits(1, in: 0...9) {
            value += Double(digit) * scale
            scale /= 10
        }
        return index > start ? value : nil
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int? {
        if skip("Z", "z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hour = digits(2, in: 0...23), skip(":"), let minute = digits(2, in: 0...59) else {
            return nil
        }
        return sign * (hour * 3600 + minute * 60)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ value: Int, digits: Int, then separator: Character) {
        var divisor = (1..<digits).reduce(1) { product, _ in product * 10 }
        while divisor > 0 {
            append(.zero + UInt8(value / divisor % 10))
            divisor /= 10
        }
        append(contentsOf: separator.utf8)
    }
}
