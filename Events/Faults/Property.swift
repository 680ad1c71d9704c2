/// Something that has to hold whatever happens.
public struct Property: Sendable {
    /// What holds.
    public let name: String
    private let find: @Sendable (Evidence) -> [String]

    /// A property that `find` finds the exceptions from.
    public init(_ name: String, find: @escaping @Sendable (Evidence) -> [String]) {
        self.name = name
        self.find = find
    }

    /// Where the evidence contradicts it.
    public func violations(in evidence: Evidence) -> [Violation] {
        find(evidence).map { Violation(property: name, detail: $0) }
    }
}

/// Evidence against a property.
public struct Violation: Sendable, Hashable, CustomStringConvertible {
    /// What does not hold.
    public let property: String
    /// Where.
    public let detail: String

    /// One line.
    public var description: String { "\(property), but \(detail)" }
}

extension Property {
    /// All of them.
    public static let all = [
        noneLost, noneInvented, noneDoubled, noneInverted, densePositions, oneLogEntryEach, cursorsGoForward,
        nothingLeft,
    ]

    /// What is committed reaches every listener.
    public static let noneLost = Property("no event is lost") { evidence in
        let expected = evidence.changes.flatMap { thing, count in
            (1...max(count, 1)).prefix(count).map { Mark(thing: thing, number: $0) }
        }
        return evidence.eachListener { marks in expected.filter { !Set(marks).contains($0) } }
    }

    /// What is not committed reaches nobody.
    public static let noneInvented = Property("no event is invented") { evidence in
        evidence.eachListener { marks in marks.filter { $0.number > evidence.changes[$0.thing, default: 0] } }
    }

    /// What a listener writes in its transaction is there once.
    public static let noneDoubled = Property("no effect is doubled") { evidence in
        evidence.eachListener { marks in
            Dictionary(grouping: marks) { $0 }.filter { $0.value.count > 1 }.map(\.key)
        }
    }

    /// Events of one key come in the order of their commits.
    public static let noneInverted = Property("no key is inverted") { evidence in
        evidence.eachListener(Self.inversions)
            + Self.inversions(evidence.log ?? []).map { "\($0) in the log" }
    }

    /// Positions are given without gaps.
    public static let densePositions = Property("positions are dense") { evidence in
        let (given, used) = evidence.positions
        return given == used ? [] : ["\(given) positions were given to \(used) events"]
    }

    /// Each event is in the log once.
    public static let oneLogEntryEach = Property("the log holds each event once") { evidence in
        guard let log = evidence.log else { return [] }
        return Dictionary(grouping: log) { $0 }.filter { $0.value.count > 1 }.map { "\($0.key) is in it again" }
    }

    /// No cursor steps back.
    public static let cursorsGoForward = Property("cursors go forward") { $0.stepsBack }

    /// After everything was delivered nothing remains to be done.
    public static let nothingLeft = Property("nothing is left over") { $0.remains }

    private static func inversions(_ marks: [Mark]) -> [Mark] {
        var last: [String: Int] = [:]
        return marks.filter { mark in
            defer { last[mark.thing] = max(mark.number, last[mark.thing, default: 0]) }
            return mark.number < last[mark.thing, default: 0]
        }
    }
}

extension Evidence {
    /// What a question finds in each listener's marks.
    fileprivate func eachListener(_ question: ([Mark]) -> [Mark]) -> [String] {
        seen.sorted { $0.key < $1.key }.flatMap { listener, marks in question(marks).map { "\($0) for \(listener)" } }
    }
}
