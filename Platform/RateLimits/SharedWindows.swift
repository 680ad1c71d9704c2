import Redis
import Web

/// What all nodes count together, in Redis: for each limit and client a list of the moments of requests that were let in.
struct SharedWindows: Sendable {
    let redis: RedisClient
    let timeout: Duration

    /// Makes all of the charges, or none. Throws what Redis threw; then they may have been made all the same.
    func admit(_ charges: [RateLimiting.Charge]) async throws -> RateLimiting.Verdict {
        let answer = try await redis.run(
            Self.script,
            keys: charges.map { "storytime:limit:\($0.key)" },
            arguments: charges.flatMap { [.integer($0.limit.quota), .integer($0.limit.window.milliseconds)] },
            timeout: timeout
        ).asArray().map { try $0.asInteger() ?? 0 }
        guard answer.count == charges.count * 3 else { throw Garbled() }
        var refused: [RateLimiting.Standing] = []
        let standings = charges.enumerated().map { index, charge in
            let standing = RateLimiting.Standing(
                charge.limit,
                remaining: answer[index * 3 + 1],
                reset: .milliseconds(answer[index * 3 + 2])
            )
            if answer[index * 3] == 0 { refused.append(standing) }
            return standing
        }
        return RateLimiting.Verdict(refused: refused, standings: standings)
    }

    private struct Garbled: Error {}

    /// `KEYS` one list a limit. `ARGV` each one's quota and window in milliseconds. Answers for each whether it has room,
    /// what remains, and the milliseconds until there is more.
    ///
    /// The clock is the server's, and should it be set back, time stands still for a list until it is there again.
    private static let script = RedisScript(
        """
        local time = redis.call('TIME')
        local clock = time[1] * 1000 + math.floor(time[2] / 1000)
        local admitted, lists = true, {}
        for i, key in ipairs(KEYS) do
            local list = {quota = tonumber(ARGV[2 * i - 1]), window = tonumber(ARGV[2 * i])}
            list.now = math.max(clock, tonumber(redis.call('LINDEX', key, -1) or 0))
            local first = redis.call('LINDEX', key, 0)
            while first and tonumber(first) + list.window <= list.now do
                redis.call('LPOP', key)
                first = redis.call('LINDEX', key, 0)
            end
            list.count = redis.call('LLEN', key)
            admitted = admitted and list.count < list.quota
            lists[i] = list
        end
        local answer = {}
        for i, key in ipairs(KEYS) do
            local list = lists[i]
            local room = list.count < list.quota and 1 or 0
            if admitted then
                redis.call('RPUSH', key, string.format('%.0f', list.now))
                redis.call('PEXPIRE', key, list.window)
                list.count = list.count + 1
            end
            local freeing = redis.call('LINDEX', key, math.max(0, list.count - list.quota))
            local reset = freeing and tonumber(freeing) + list.window - list.now or 0
            answer[#answer + 1] = room
            answer[#answer + 1] = math.max(0, list.quota - list.count)
            answer[#answer + 1] = reset
        end
        return answer
        """
    )
}

extension Duration {
    fileprivate var milliseconds: Int {
        Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
    }
}
