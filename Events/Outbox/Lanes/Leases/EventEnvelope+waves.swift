package import Events

extension [EventEnvelope] {
    /// One event of each key at a time: the n-th wave has the n-th event of each key.
    package var waves: [[EventEnvelope]] {
        var waves: [[EventEnvelope]] = []
        var counts: [OrderingKey: Int] = [:]
        for event in self {
            let wave = counts[event.key, default: 0]
            counts[event.key] = wave + 1
            if wave == waves.count { waves.append([]) }
            waves[wave].append(event)
        }
        return waves
    }
}
