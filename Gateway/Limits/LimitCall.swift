internal import Redis

/// One call of the script that decides about several requests at once.
struct LimitCall: Sendable {
    /// `KEYS`: one or two per request.
    var keys: [String] = []
    /// `ARGV`: for each key interval in microseconds, burst, cost, and 1 if it is the wider budget of the same request.
    var arguments: [String] = []

    /// ``GCRA/decide(_:cost:at:)`` for every key, with Redis's own clock, so that gateways need not agree on the time.
    ///
    /// A wider budget is charged only for what the narrower one before it lets pass: whoever is refused costs his
    /// neighbours nothing.
    ///
    /// A key holds one number and vanishes when its budget is whole again. Numbers are written with `%.0f`: Lua would
    /// write 1.7e+15 for the microseconds since 1970.
    static let script = RedisScript(
        """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local answer = {}
        local passes = true
        for index, key in ipairs(KEYS) do
            local interval = tonumber(ARGV[index * 4 - 3])
            local burst = tonumber(ARGV[index * 4 - 2])
            local price = interval * math.min(tonumber(ARGV[index * 4 - 1]), burst)
            local isWider = ARGV[index * 4] == '1'
            local start = math.max(tonumber(redis.call('GET', key) or 0), now)
            local room = interval * burst - (start - now)
            if isWider and not passes then
                for offset = 0, 3 do answer[index * 4 - offset] = 0 end
            elseif room < price then
                passes = false
                answer[index * 4 - 3] = 0
                answer[index * 4 - 2] = math.floor(room / interval)
                answer[index * 4 - 1] = start - now
                answer[index * 4] = price - room
            else
                passes = true
                local arrival = start + price
                redis.call('SET', key, string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000))
                answer[index * 4 - 3] = 1
                answer[index * 4 - 2] = math.floor((room - price) / interval)
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
