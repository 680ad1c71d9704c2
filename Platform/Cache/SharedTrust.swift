/// Decides whether this node may believe what Redis holds.
///
/// It may not once an invalidation failed to reach Redis, because the old value may still be there. Belief comes back
/// with a new generation, which makes all values of the old one worthless. A node begins in doubt: the one before it
/// may have died between a commit and its invalidation.
struct SharedTrust {
    private var doubts = 1
    private var settled = 0
    private var isRenewing = false

    /// True when every invalidation of this node has reached Redis, or a generation has begun since.
    var isTrusted: Bool { doubts == settled }

    /// An invalidation did not reach Redis.
    mutating func doubt() { doubts += 1 }

    /// Claims the renewal, one at a time; nil when there is nothing to renew or somebody is at it.
    mutating func beginRenewal() -> Int? {
        guard !isTrusted, !isRenewing else { return nil }
        isRenewing = true
        return doubts
    }

    /// A new generation has begun, or could not. Doubts that came meanwhile stay.
    mutating func endRenewal(of doubts: Int, succeeded: Bool) {
        isRenewing = false
        if succeeded { settled = doubts }
    }
}
