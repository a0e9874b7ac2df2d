internal import NIOCore
internal import Synchronization

/// A service as the gateway knows it: a name, its instances, and a breaker for all of them together.
final class Upstream: Sendable {
    let name: ServiceName
    /// How long its requests took.
    let latency = LatencyWindow()
    private let policy: Breaker.Policy
    private let members: Mutex<[Instance]>
    private let breaker: Mutex<Breaker>

    init(name: ServiceName, instances: [Instance], policy: Breaker.Policy) {
        self.name = name
        self.policy = policy
        self.members = Mutex(instances)
        self.breaker = Mutex(Breaker(policy: policy.forService(of: instances.count)))
    }

    var instances: [Instance] { self.members.withLock { $0 } }

    /// Of two instances drawn at random, the one with fewer requests on their way, if it is available; else the
    /// available one with the fewest, and when none is available whichever is worth trying.
    ///
    /// "Power of two choices" (Mitzenmacher, 2001): nearly as even as asking all, without herding onto the one that was
    /// the least busy a moment ago. One that warms up is passed over more often the colder it is.
    func choose(except excluded: Instance?, at now: NIODeadline, random: inout FastRandom) -> Instance? {
        let instances = self.instances
        if instances.count == 1, let only = instances.first, only !== excluded, only.isAvailable(at: now) {
            return only
        }
        if instances.count > 1 {
            let first = random.next(below: instances.count)
            let second = (first + 1 + random.next(below: instances.count - 1)) % instances.count
            let (one, other) = (instances[first], instances[second])
            let pair = one.load <= other.load ? (one, other) : (other, one)
            for candidate in [pair.0, pair.1] where candidate !== excluded && candidate.isAvailable(at: now) {
                let warmth = candidate.warmth(at: now)
                if warmth >= 1 || random.nextFraction() < warmth { return candidate }
            }
        }
        let others = instances.filter { $0 !== excluded }
        return others.filter { $0.isAvailable(at: now) }.min { $0.load < $1.load }
            ?? others.filter(\.isWorthTrying).min { $0.load < $1.load }
    }

    /// Whether another instance than this one can take requests.
    func hasOther(than instance: Instance, at now: NIODeadline) -> Bool {
        self.instances.contains { $0 !== instance && $0.isAvailable(at: now) }
    }

    /// Replaces the instances by those at these addresses; who stays keeps its history.
    ///
    /// - Returns: Who has come, and who has left and gets no more requests.
    func replaceInstances(
        _ addresses: [InstanceAddress],
        at now: NIODeadline
    ) -> (added: [Instance], removed: [Instance]) {
        let (added, removed, count) = self.members.withLock { members in
            let known = Dictionary(members.map { ($0.address, $0) }) { first, _ in first }
            let isFirst = members.isEmpty
            let wanted = addresses.map { address in
                known[address] ?? Instance(address: address, policy: self.policy, startedAt: isFirst ? nil : now)
            }
            let added = wanted.filter { known[$0.address] == nil }
            let removed = members.filter { !addresses.contains($0.address) }
            members = wanted
            return (added, removed, wanted.count)
        }
        for instance in removed { _ = instance.update(.draining) }
        self.breaker.withLock { $0.policy = self.policy.forService(of: count) }
        return (added, removed)
    }

    // MARK: The breaker

    /// What people see of the breaker.
    var breakerState: Breaker.State { self.breaker.withLock { $0.state } }

    /// How long the breaker still refuses.
    func recoveryTime(at now: NIODeadline) -> TimeAmount { self.breaker.withLock { $0.remaining(at: now) } }

    /// Takes the service's permit for one request.
    func acquire(at now: NIODeadline) -> Breaker.Permit? { self.breaker.withLock { $0.acquire(at: now) } }

    /// Whether the breaker lets requests through that are tried again.
    func permitsRetry(at now: NIODeadline) -> Bool {
        self.breaker.withLock { $0.state == .closed || $0.state == .forcedClosed }
    }

    /// Tells the breaker how a request went, whatever became of each attempt.
    func record(_ outcome: Breaker.Outcome, for permit: Breaker.Permit, at now: NIODeadline, jitter: Double) {
        self.breaker.withLock { $0.record(outcome, for: permit, at: now, jitter: jitter) }
    }

    /// Holds the breaker open or closed.
    func forceBreaker(_ state: Breaker.State) {
        self.breaker.withLock { $0.force(state) }
    }

    /// Closes all breakers, and lets them work by themselves again.
    func resetBreakers() {
        self.breaker.withLock { $0.reset() }
        for instance in self.instances { instance.resetBreaker() }
    }

    /// After how many seconds it is worth to ask again; at least one.
    func retryAfter(at now: NIODeadline) -> Int {
        max(1, Int((self.recoveryTime(at: now).nanoseconds + 999_999_999) / 1_000_000_000))
    }
}

extension Breaker.Policy {
    /// A service is broken when more fails than one broken instance of several explains.
    fileprivate func forService(of instances: Int) -> Breaker.Policy {
        var policy = self
        policy.failureThreshold *= max(1, instances)
        return policy
    }
}
