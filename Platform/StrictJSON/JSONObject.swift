/// The members of a JSON object in the order they were written, found by name.
///
/// Two objects are equal when they have the same members in any order, as Postgres' `jsonb` sees it.
public struct JSONObject: Sendable {
    /// One name and its value.
    public struct Member: Sendable, Hashable {
        /// The name, unique in its object.
        public let name: String
        /// What it stands for.
        public var value: JSON
    }

    /// Every member, in order.
    public private(set) var members: [Member] = []

    /// Where each name is, once there are too many members to look through.
    private var positions: [String: Int] = [:]
    private static let scanLimit = 8

    /// An object without members.
    public init() {}

    /// An object with these members; a name that comes twice keeps its last value.
    public init(_ members: some Sequence<(String, JSON)>) {
        for (name, value) in members { self[name] = value }
    }

    /// The value of a name; setting nil removes the member.
    public subscript(name: String) -> JSON? {
        get { position(of: name).map { members[$0].value } }
        set {
            guard let newValue else { return remove(name) }
            guard let position = position(of: name) else { return append(Member(name: name, value: newValue)) }
            members[position].value = newValue
        }
    }

    /// How many members there are.
    public var count: Int { members.count }

    /// Whether there is no member.
    public var isEmpty: Bool { members.isEmpty }

    /// Adds a member unless its name is taken; says whether it did.
    mutating func insert(_ name: String, _ value: JSON) -> Bool {
        guard position(of: name) == nil else { return false }
        append(Member(name: name, value: value))
        return true
    }

    private func position(of name: String) -> Int? {
        members.count > Self.scanLimit ? positions[name] : members.firstIndex { $0.name == name }
    }

    private mutating func append(_ member: Member) {
        members.append(member)
        if members.count == Self.scanLimit + 1 {
            index()
        } else if members.count > Self.scanLimit {
            positions[member.name] = members.count - 1
        }
    }

    private mutating func remove(_ name: String) {
        guard let position = position(of: name) else { return }
        members.remove(at: position)
        index()
    }

    private mutating func index() {
        positions.removeAll()
        guard members.count > Self.scanLimit else { return }
        for (position, member) in members.enumerated() { positions[member.name] = position }
    }
}

extension JSONObject: Hashable {
    /// Whether both have the same members.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }

    /// The same hash for any order of members.
    public func hash(into hasher: inout Hasher) {
        // Order must not matter, so the members' own hashes are added up.
        hasher.combine(members.reduce(0) { $0 &+ $1.hashValue })
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object with these members; a name that comes twice keeps its last value.
    public init(dictionaryLiteral members: (String, JSON)...) { self.init(members) }
}
