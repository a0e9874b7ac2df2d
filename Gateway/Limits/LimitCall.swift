internal import Redis

/// One call of the script that decides about several requests at once.
struct LimitCall: Sendable {
    /// `KEYS`: one per request.
    let keys: [String]
    /// `ARGV`: interval in microseconds and burst, for each key.
    let arguments: [String]

    /// ``GCRA/decide(_:at:)`` for every key, with Redis's own clock, so that gateways need not agree on the time (OP-8).
    ///
    /// A key holds one number and vanishes when its budget is whole again. Numbers are written with `%.0f`: Lua would
    /// write 1.7e+15 for the microseconds since 1970.
    static let script = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local answer = {}
        for index, key in ipairs(KEYS) do
            local interval = tonumber(ARGV[index * 2 - 1])
            local burst = tonumber(ARGV[index * 2])
            local start = math.max(tonumber(redis.call('GET', key) or 0), now)
            local room = interval * burst - (start - now)
            if room < interval then
                answer[index * 4 - 3] = 0
                answer[index * 4 - 2] = 0
                answer[index * 4 - 1] = start - now
                answer[index * 4] = interval - room
            else
                local arrival = start + interval
                redis.call('SET', key, string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000))
                answer[index * 4 - 3] = 1
                answer[index * 4 - 2] = math.floor(room / interval) - 1
                answer[index * 4 - 1] = arrival - now
                answer[index * 4] = 0
            end
        end
        return answer
        """
    )

    /// The decisions in a reply; `nil` if it is not this script's.
    func verdicts(of reply: RedisReply) -> [GCRA.Verdict]? {
        guard let numbers = reply.elements, numbers.count == self.keys.count * 4 else { return nil }
        return self.keys.indices.map { index in
            let base = index * 4
            return GCRA.Verdict(
                isAllowed: numbers[base].number == 1,
                remaining: Int(numbers[base + 1].number ?? 0),
                reset: numbers[base + 2].number ?? 0,
                retry: numbers[base + 3].number ?? 0
            )
        }
    }
}
