/// Which statements one connection has prepared, and under which names.
///
/// A text can be prepared more than once: with other types of parameters it is another statement.
struct PreparedStatements {
    typealias Name = String

    enum Found {
        case known(Name)
        case new(Name)
        /// No more are prepared: texts should be few, so somebody builds them.
        case full
    }

    private struct Entry {
        let name: Name
        let types: [UInt32]

        func fits(_ parameters: Parameters) -> Bool {
            types.count == parameters.count && zip(types, parameters.slots).allSatisfy { $0 == $1.type }
        }
    }

    private var entries: [String: [Entry]] = [:]
    private var count = 0
    private var lastNumber = 0
    private static let maximum = 1000

    mutating func find(_ statement: Statement) -> Found {
        if let entry = entries[statement.sql]?.first(where: { $0.fits(statement.parameters) }) {
            return .known(entry.name)
        }
        guard count < Self.maximum else { return .full }
        count += 1
        lastNumber += 1
        let entry = Entry(name: "s\(lastNumber)", types: statement.parameters.slots.map(\.type))
        entries[statement.sql, default: []].append(entry)
        return .new(entry.name)
    }

    /// The server does not have it, or its plan is of no use any more.
    mutating func forget(_ name: Name, _ sql: String) {
        guard var named = entries[sql], let index = named.firstIndex(where: { $0.name == name }) else { return }
        named.remove(at: index)
        entries[sql] = named.isEmpty ? nil : named
        count -= 1
    }
}
