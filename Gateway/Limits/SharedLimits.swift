internal import NIOCore
internal import Redis
internal import Synchronization

/// The limits of all classes, and what decides when Redis can not: shared by the event loops of this gateway.
final class SharedLimits: Sendable {
    let redis: RedisClient?
    private let keyPrefix: String
    private let limits: [GCRA]
    /// What Redis is told, per class.
    private let arguments: [[String]]
    private let local: LocalLimiter

    /// Describes the limits.
    ///
    /// - Parameters:
    ///   - perMinute: What a person may ask in a minute; the other classes are fractions of it.
    ///   - gateways: How many gateways run: without Redis each gives out its share only.
    ///   - redis: What they share; `nil` limits in this process only.
    ///   - keyPrefix: What every key in Redis begins with.
    init(perMinute: Int, gateways: Int, redis: RedisClient?, keyPrefix: String = "gateway:limit:") {
        self.redis = redis
        self.keyPrefix = keyPrefix
        self.limits = LimitClass.allCases.map { $0.limit(perMinute: perMinute) }
        self.arguments = self.limits.map { [String($0.interval), String($0.burst)] }
        self.local = LocalLimiter(
            limits: LimitClass.allCases.map { $0.localLimit(perMinute: perMinute, gateways: gateways) }
        )
    }

    func limit(of limitClass: LimitClass) -> GCRA {
        self.limits[limitClass.rawValue]
    }

    /// Decides without Redis.
    func decideLocally(_ limitClass: LimitClass, key: String) -> LimitDecision {
        let verdict = self.local.decide(limitClass, key: key, at: NIODeadline.now())
        return LimitDecision(verdict, limitClass: limitClass, limit: self.limit(of: limitClass).limit)
    }

    /// The questions as Redis gets them.
    func call(_ questions: some Sequence<(LimitClass, String)>) -> LimitCall {
        var keys: [String] = []
        var arguments: [String] = []
        for (limitClass, key) in questions {
            keys.append("\(self.keyPrefix)\(limitClass.name):\(key)")
            arguments += self.arguments[limitClass.rawValue]
        }
        return LimitCall(keys: keys, arguments: arguments)
    }
}

extension LimitClass {
    /// The limit that all gateways keep together.
    fileprivate func limit(perMinute: Int) -> GCRA {
        switch self {
        case .general, .unlimited: GCRA(perMinute: perMinute, burst: perMinute / 5)
        case .refresh: GCRA(perMinute: perMinute * 6 / 10, burst: perMinute / 5)
        case .login: GCRA(perMinute: perMinute * 3 / 10, burst: perMinute / 10)
        case .code: GCRA(perMinute: perMinute * 2 / 10, burst: perMinute / 10)
        }
    }

    /// The limit of one gateway alone: its share; of what could be guessed, half of that (GW-3).
    fileprivate func localLimit(perMinute: Int, gateways: Int) -> GCRA {
        let share = self.limit(perMinute: perMinute)
        let divisor = max(1, gateways) * (self.isStrict ? 2 : 1)
        return GCRA(perMinute: share.limit / divisor, burst: share.burst / divisor)
    }
}

/// Counts in this process, while Redis does not answer.
private final class LocalLimiter: Sendable {
    private static let capacity = 50_000

    private struct Key: Hashable {
        let limitClass: LimitClass
        let key: String
    }

    private let limits: [GCRA]
    private let arrivals = Mutex<[Key: Int64]>([:])

    init(limits: [GCRA]) {
        self.limits = limits
    }

    func decide(_ limitClass: LimitClass, key: String, at now: NIODeadline) -> GCRA.Verdict {
        let now = Int64(now.uptimeNanoseconds / 1000)
        return self.arrivals.withLock { arrivals in
            if arrivals.count >= Self.capacity { arrivals = arrivals.filter { $0.value > now } }
            // Still full of keys that count: a flood from everywhere. Forgetting them is the lesser harm.
            if arrivals.count >= Self.capacity { arrivals.removeAll() }
            return self.limits[limitClass.rawValue].decide(
                &arrivals[Key(limitClass: limitClass, key: key), default: 0],
                at: now
            )
        }
    }
}
