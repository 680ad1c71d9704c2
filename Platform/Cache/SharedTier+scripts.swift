import Redis

extension SharedTier {
    /// Hands out a lease in the value's own place, so that deleting the key voids value and lease in one.
    ///
    /// `KEYS` generation, value. `ARGV` generation to begin when there is none, token, lease's milliseconds. Answers the
    /// generation, and the value if somebody has put one meanwhile.
    static let lease = RedisScript(
        """
        local generation = redis.call('GET', KEYS[1])
        if not generation then
            generation = ARGV[1]
            redis.call('SET', KEYS[1], generation)
        end
        local value = redis.call('GET', KEYS[2])
        local mark = 'V' .. generation .. '|'
        if value and string.sub(value, 1, #mark) == mark then
            return {generation, value}
        end
        redis.call('SET', KEYS[2], 'L' .. ARGV[2], 'PX', ARGV[3])
        return {generation, false}
        """
    )

    /// Puts a value where its lease still is. An invalidation since then has deleted the lease, a new generation or
    /// another reader's lease has replaced it; the value would be too old, and is dropped.
    ///
    /// `KEYS` generation, value. `ARGV` the lease's generation, token, value, its milliseconds.
    static let fill = RedisScript(
        """
        if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= 'L' .. ARGV[2] then
            return 0
        end
        redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
        return 1
        """
    )
}
