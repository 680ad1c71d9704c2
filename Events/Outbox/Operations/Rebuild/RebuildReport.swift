import Postgres
public import StrictJSON

/// A projection made anew from its events, compared with what is there.
public struct RebuildReport: Sendable, Encodable {
    /// The listener.
    public let listener: String
    /// How many events it was handed.
    public let events: Int
    /// The tables it names, compared.
    public let tables: [RebuiltTable]
    /// What it changed elsewhere: such a listener does more than its tables tell, and is never applied.
    public let undeclared: [TableChange]
    /// How many events of each name it would have announced again. They were dropped.
    public let announced: [String: Int]
    /// True when the tables are now what the events say; false when everything was rolled back.
    public internal(set) var isApplied: Bool

    /// True when the tables are what the events say.
    public var isEqual: Bool { tables.allSatisfy { $0.surplus == 0 && $0.missing == 0 } }
}

/// One table, as it is and as the events make it.
public struct RebuiltTable: Sendable, Encodable {
    /// The table with its schema.
    public let table: String
    /// How many rows there are.
    public let live: Int
    /// How many there should be.
    public let rebuilt: Int
    /// How many rows are there and should not be, or should be otherwise.
    public let surplus: Int
    /// How many rows should be there and are not.
    public let missing: Int
    /// Some of the rows that should not be there.
    public let surplusRows: [JSON]
    /// Some of the rows that should.
    public let missingRows: [JSON]
}

/// Why a projection cannot be rebuilt, or was not.
public enum RebuildRefusal: Error, CustomStringConvertible {
    /// The listener names no tables.
    case noProjection(String, known: [String])
    /// The log does not reach back to the listener's beginning.
    case historyIsGone(String, first: Int)
    /// It changes more than its tables.
    case changesMore(String, [String])

    /// One line for the operator.
    public var description: String {
        switch self {
        case .noProjection(let name, let known):
            "\(name) names no tables that its events determine; those that do are \(known.joined(separator: ", "))"
        case .historyIsGone(let name, let first):
            "the log begins with position \(first), after the beginning of \(name): its history is not whole"
        case .changesMore(let name, let tables):
            "\(name) also changes \(tables.joined(separator: ", ")), so it was not applied; nothing was changed"
        }
    }
}
