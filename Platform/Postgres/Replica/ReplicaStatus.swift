/// How a replica is at one moment.
public enum ReplicaStatus: Sendable, Hashable {
    /// It is read from: what it shows is at most this old.
    case following(Duration)
    /// It answers and is too old, or nothing is known of its age yet.
    case lagging
    /// It does not answer, for this reason.
    case away(String)
    /// It answers and must not be read from, for this reason.
    case unfit(String)

    /// True while reads that allow it go there.
    public var isUsed: Bool { if case .following = self { true } else { false } }

    /// What it is, for operators.
    var summary: String {
        switch self {
        case .following: "it is read from"
        case .lagging: "it is further behind than allowed"
        case .away(let reason), .unfit(let reason): reason
        }
    }
}
