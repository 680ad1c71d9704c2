import FoundationEssentials
import Postgres

/// A range of events by their `seq`, and what is known about it once it is sealed.
struct Partition: Sendable, Equatable {
    let first: Int
    let last: Int
    let events: Int
    /// Positions of its events; a straggler's may lie far behind the others. Nil when it holds none.
    let positions: ClosedRange<Int>?
    let oldest: Date?
    let newest: Date?
    let bytes: Int
    /// The archive's file name, once it is written and verified.
    let archive: String?

    /// The table that holds it.
    var leaf: String { "events.event_\(first)" }

    /// What its archive is called, without the endings of the file and the manifest.
    var archiveName: String { "events-\(first)-\(last)" }

    static let columns = """
        p.first, p.last, p.events, p.first_position, p.last_position, p.oldest, p.newest, p.bytes, p.archive
        """

    init(_ row: Row) throws {
        first = try row["first"]
        last = try row["last"]
        events = try row["events"]
        let (start, end): (Int?, Int?) = (try row["first_position"], try row["last_position"])
        positions = if let start, let end { start...end } else { nil }
        oldest = try row["oldest"]
        newest = try row["newest"]
        bytes = try row["bytes"]
        archive = try row["archive"]
    }
}

extension Duration {
    /// For `make_interval(secs => …)`.
    var wholeSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
