/// Which statements one connection has prepared, and under which names.
///
/// A text can be prepared more than once: with other types of parameters it is another statement.
struct PreparedStatements {
    enum Found {
        case known(Entry)
        case new(Entry)
        /// No more are prepared: texts should be few, so somebody builds them.
        case full
    }

    /// One prepared statement.
    final class Entry {
        let name: String
        let sql: String
        private let types: [UInt32]

        init(name: String, _ statement: Statement) {
            self.name = name
            sql = statement.sql
            types = statement.parameters.slots.map(\.type)
        }

        func fits(_ parameters: Parameters) -> Bool {
            guard types.count == parameters.count else { return false }
            for index in types.indices where types[index] != parameters.slots[index].type { return false }
            return true
        }
    }

    private var entries: [String: [Entry]] = [:]
    private var count = 0
    private var lastNumber = 0
    private static let maximum = 1000

    mutating func find(_ statement: Statement) -> Found {
        if let entry = entries[statement.sql]?.first(where: { $0.fits(statement.parameters) }) { return .known(entry) }
        guard count < Self.maximum else { return .full }
        count += 1
        lastNumber += 1
        let entry = Entry(name: "s\(lastNumber)", statement)
        entries[statement.sql, default: []].append(entry)
        return .new(entry)
    }

    /// The server does not have it, or its plan is of no use any more.
    mutating func forget(_ entry: Entry) {
        guard var named = entries[entry.sql], let index = named.firstIndex(where: { $0 === entry }) else { return }
        named.remove(at: index)
        entries[entry.sql] = named.isEmpty ? nil : named
        count -= 1
    }
}
