/// How much nesting a reader puts up with.
public struct JSONLimits: Sendable, Hashable {
    /// How many arrays and objects may be open at once.
    public var depth: Int

    /// Limits of your own.
    public init(depth: Int) { self.depth = depth }

    /// 64 levels: more than any document of ours, far less than the stack holds.
    public static let `default` = JSONLimits(depth: 64)
}
