internal import NIOCore

/// A service as the gateway knows it: a name and its instances.
final class Upstream: Sendable {
    let name: ServiceName
    let instances: [Instance]

    init(name: ServiceName, instances: [Instance]) {
        self.name = name
        self.instances = instances
    }

    /// Of two instances drawn at random, the one with fewer requests on their way, if it is available; else the
    /// available one with the fewest, and when none is available whichever is worth trying.
    ///
    /// "Power of two choices" (Mitzenmacher, 2001): nearly as even as asking all, without herding onto the one that was
    /// the least busy a moment ago.
    func choose(except excluded: Instance?, at now: NIODeadline, random: inout FastRandom) -> Instance? {
        if self.instances.count == 1, let only = self.instances.first, only !== excluded, only.isAvailable(at: now) {
            return only
        }
        if self.instances.count > 1 {
            let first = self.instances[random.next(below: self.instances.count)]
            let second = self.instances[random.next(below: self.instances.count)]
            let better = first.load <= second.load ? first : second
            if better !== excluded, better.isAvailable(at: now) { return better }
        }
        let others = self.instances.filter { $0 !== excluded }
        return others.filter { $0.isAvailable(at: now) }.min { $0.load < $1.load }
            ?? others.filter { $0.isWorthTrying(at: now) }.min { $0.load < $1.load }
    }

    /// After how many seconds it is worth to ask again when no instance is available; at least one.
    func retryAfter(at now: NIODeadline) -> Int {
        let soonest = self.instances.map { $0.recoveryTime(at: now).nanoseconds }.min() ?? 0
        return max(1, Int((soonest + 999_999_999) / 1_000_000_000))
    }
}
