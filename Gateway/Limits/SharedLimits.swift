internal import NIOCore
internal import Redis

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
        self.limits[limitClass.index]
    }

    /// Decides without Redis.
    func decideLocally(_ question: LimitQuestion, at now: NIODeadline = .now()) -> LimitDecision {
        let own = self.local.decide(question.budget, cost: question.cost, at: now)
        let site = own.isAllowed ? question.site.map { self.local.decide($0, cost: question.cost, at: now) } : nil
        return self.decision(about: question, own: own, site: site)
    }

    /// The questions as Redis gets them.
    func call(_ questions: [LimitQuestion]) -> LimitCall {
        var call = LimitCall()
        for question in questions {
            self.add(question.budget, cost: question.cost, isWider: false, to: &call)
            if let site = question.site { self.add(site, cost: question.cost, isWider: true, to: &call) }
        }
        return call
    }

    /// The decisions that follow from Redis's verdicts, which come in the order of the call's keys.
    func decisions(about questions: [LimitQuestion], _ verdicts: [GCRA.Verdict]) -> [LimitDecision] {
        var rest = verdicts[...]
        return questions.map { question in
            let own = rest.removeFirst()
            let site = question.site == nil ? nil : rest.removeFirst()
            return self.decision(about: question, own: own, site: site)
        }
    }

    /// Of two budgets the one that refuses is told.
    private func decision(about question: LimitQuestion, own: GCRA.Verdict, site: GCRA.Verdict?) -> LimitDecision {
        guard own.isAllowed, let site, !site.isAllowed, let siteClass = question.site?.limitClass else {
            return self.decision(own, question.budget.limitClass)
        }
        return self.decision(site, siteClass)
    }

    private func decision(_ verdict: GCRA.Verdict, _ limitClass: LimitClass) -> LimitDecision {
        LimitDecision(verdict, limitClass: limitClass, limit: self.limit(of: limitClass).limit)
    }

    private func add(_ budget: LimitBudget, cost: Int, isWider: Bool, to call: inout LimitCall) {
        call.keys.append("\(self.keyPrefix)\(budget.limitClass.rawValue):\(budget.key)")
        call.arguments += self.arguments[budget.limitClass.index]
        call.arguments.append(String(cost))
        call.arguments.append(isWider ? "1" : "0")
    }
}

extension LimitClass {
    /// The limit that all gateways keep together.
    fileprivate func limit(perMinute: Int) -> GCRA {
        switch self {
        case .general: GCRA(perMinute: perMinute, burst: perMinute / 5)
        case .probe: GCRA(perMinute: perMinute * 6, burst: perMinute)
        case .refresh: GCRA(perMinute: perMinute * 6 / 10, burst: perMinute / 5)
        case .upload: GCRA(perMinute: perMinute * 3 / 10, burst: perMinute / 10)
        case .export: GCRA(perMinute: perMinute / 10, burst: perMinute / 20)
        case .login: GCRA(perMinute: perMinute * 3 / 10, burst: perMinute / 10)
        case .code: GCRA(perMinute: perMinute * 2 / 10, burst: perMinute / 10)
        case .loginSite: GCRA(perMinute: perMinute * 3 / 2, burst: perMinute / 2)
        case .codeSite: GCRA(perMinute: perMinute, burst: perMinute / 2)
        }
    }

    /// The limit of one gateway alone: its share; of what could be guessed, half of that.
    fileprivate func localLimit(perMinute: Int, gateways: Int) -> GCRA {
        guard self.isShared else { return self.limit(perMinute: perMinute) }
        let share = self.limit(perMinute: perMinute)
        let divisor = max(1, gateways) * (self.isStrict ? 2 : 1)
        return GCRA(perMinute: share.limit / divisor, burst: share.burst / divisor)
    }
}
