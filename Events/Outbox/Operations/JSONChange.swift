public import StrictJSON

/// One place where two JSON documents differ.
public struct JSONChange: Sendable, Codable, Equatable {
    /// Where, as a JSON pointer.
    public let path: String
    /// What was there; nil when nothing was.
    public let before: JSON?
    /// What is there; nil when nothing is.
    public let after: JSON?

    /// Every difference between two documents, members in the order in which they first occur.
    static func between(_ before: JSON, _ after: JSON, at path: JSONPointer = .root) -> [JSONChange] {
        switch (before, after) {
        case (.object(let old), .object(let new)):
            let names = old.members.map(\.name) + new.members.map(\.name).filter { old[$0] == nil }
            return names.flatMap { name in between(old[name], new[name], at: path.appending(.name(name))) }
        case (.array(let old), .array(let new)):
            return (0..<max(old.count, new.count)).flatMap { index in
                between(
                    // Spelled out, because a bare nil would be JSON's null.
                    index < old.count ? .some(old[index]) : .none,
                    index < new.count ? .some(new[index]) : .none,
                    at: path.appending(.index(index))
                )
            }
        default:
            return before == after ? [] : [JSONChange(path: path.description, before: before, after: after)]
        }
    }

    private static func between(_ before: JSON?, _ after: JSON?, at path: JSONPointer) -> [JSONChange] {
        guard let before, let after else {
            return [JSONChange(path: path.description, before: before, after: after)]
        }
        return between(before, after, at: path)
    }
}
