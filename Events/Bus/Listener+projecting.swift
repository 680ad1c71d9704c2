/// A table that one listener alone writes, and that the events it hears determine.
public struct ProjectedTable: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The table with its schema.
    public let name: String
    /// Columns that come out differently each time, such as the moment of writing.
    public let ignored: [String]

    /// A table, written with its schema, such as `stories.entitlement`.
    public init(_ name: String, ignoring ignored: String...) {
        precondition(name.wholeMatch(of: #/[a-z_0-9]+\.[a-z_0-9]+/#) != nil, "\(name) is not written as schema.table")
        precondition(ignored.allSatisfy { $0.wholeMatch(of: #/[a-z_0-9]+/#) != nil }, "\(name) ignores no such columns")
        self.name = name
        self.ignored = ignored
    }

    /// A table of which every column counts.
    public init(stringLiteral name: String) { self.init(name) }
}

extension Listener {
    /// The same listener as a projection: the events it hears, from its beginning on, make these tables what they are.
    ///
    /// Name the tables that others refer to first. Whoever names them lets operators rebuild them and compare: nobody else
    /// may write to them, and nothing but the event may decide what is written.
    public func projecting(_ tables: ProjectedTable...) -> Listener {
        var listener = self
        listener.projection = tables
        return listener
    }
}
