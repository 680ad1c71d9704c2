/// How many lanes of a listener run in one transaction: more while that takes next to no time, fewer when lanes had
/// better work side by side.
struct LaneWidth: Sendable, Equatable {
    private(set) var lanes = 1

    /// So many lanes ran together, in so much time; `brief` is how long they may take. Fewer than might have gone say
    /// nothing about more, so the width stays below twice the lanes that there are.
    mutating func ran(_ count: Int, in time: Duration, brief: Duration) {
        if time > brief {
            lanes = max(1, min(lanes, count) / 2)
        } else if time < brief / 2, count >= lanes {
            lanes *= 2
        }
    }
}
