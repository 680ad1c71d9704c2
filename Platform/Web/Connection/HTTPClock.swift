import FoundationEssentials

/// The time as `Date` has it (RFC 9110 §5.6.7), written once a second.
struct HTTPClock {
    private var second = 0
    private var text = ""

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// What `Date` says at a moment.
    mutating func text(at moment: Date = Date()) -> String {
        let second = Int(moment.timeIntervalSince1970)
        if second != self.second { (text, self.second) = (Self.write(moment), second) }
        return text
    }

    private static func write(_ moment: Date) -> String {
        let units: Set<Calendar.Component> = [.year, .month, .day, .weekday, .hour, .minute, .second]
        let parts = calendar.dateComponents(units, from: moment)
        func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        let (day, month) = (days[(parts.weekday ?? 1) - 1], months[(parts.month ?? 1) - 1])
        let time = "\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))"
        return "\(day), \(two(parts.day)) \(month) \(parts.year ?? 0) \(time) GMT"
    }
}
