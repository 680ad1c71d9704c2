/// What is cached together: the first half of its keys, how long it may live, and how much memory it may take.
public struct CacheGroup: Sendable, Hashable {
    /// Who owns the data, and what it is: the first two parts of every key.
    public let service: String
    /// What it is.
    public let entity: String
    /// How long a value may be used. An invalidation ends it earlier.
    public let lifetime: Duration
    /// How many bytes of values one node keeps in memory, unless it is configured otherwise.
    public let memory: Int

    /// A group of keys `service:entity:id:variant`.
    public init(_ service: String, _ entity: String, lifetime: Duration, memory: Int) {
        self.service = service
        self.entity = entity
        self.lifetime = lifetime
        self.memory = memory
    }

    /// `service:entity`, the name of the group in numbers and commands.
    public var name: String { "\(service):\(entity)" }

    /// How long a node may use a value without asking. Its listeners void it much earlier; this is for the day that
    /// one of them does not come.
    var memoryLifetime: Duration { min(lifetime, .seconds(60)) }

    /// How long it stays known that there is no such thing.
    var absenceLifetime: Duration { min(lifetime, .seconds(30)) }

    /// The key of one thing, and of one way to show it.
    public func key(_ id: String = "all", variant: String = "-") -> CacheKey {
        CacheKey(group: self, id: id, variant: variant)
    }
}

/// The text is no key of any group.
public struct CacheKeyError: Error, Sendable, CustomStringConvertible {
    /// What was given.
    public let text: String

    /// What a key looks like.
    public var description: String {
        "'\(text)' is no key. Keys have the form service:entity:id:variant and begin with one of "
            + CacheGroup.all.map(\.name).joined(separator: ", ")
    }
}

/// Names one cached value: `service:entity:id:variant`.
public struct CacheKey: Sendable, Hashable, CustomStringConvertible {
    /// The group that it belongs to.
    public let group: CacheGroup
    /// The key as text, the same on every node.
    public let description: String

    init(group: CacheGroup, id: String, variant: String) {
        self.group = group
        description = "\(group.name):\(Self.escape(id)):\(Self.escape(variant))"
    }

    /// Reads a key of a group in the table, as its `description` shows it.
    public init(parsing text: String) throws(CacheKeyError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let group = CacheGroup.all.first { $0.name == parts.prefix(2).joined(separator: ":") }
        guard parts.count == 4, let group else { throw CacheKeyError(text: text) }
        self.group = group
        description = text
    }

    /// Keys are equal when their texts are.
    public static func == (a: CacheKey, b: CacheKey) -> Bool { a.description == b.description }

    /// As equality.
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }

    /// Keeps an id with a colon from looking like two parts.
    private static func escape(_ part: String) -> String {
        guard part.utf8.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "%") }) else { return part }
        return part.replacing("%", with: "%25").replacing(":", with: "%3A")
    }
}
