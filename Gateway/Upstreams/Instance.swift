internal import NIOCore
internal import Synchronization

/// One process of a service, as all event loops see it together.
final class Instance: Sendable {
    /// Where it listens.
    let address: InstanceAddress
    /// Position among all instances of all services: the index of its pool in every ``Worker``.
    let index: Int
    /// `host:port`, as requests name it.
    let authority: String

    private let outstanding = Atomic(0)
    private let ready = Atomic(true)
    private let breaker: Mutex<Breaker>

    init(address: InstanceAddress, index: Int, policy: Breaker.Policy) {
        self.address = address
        self.index = index
        self.authority = address.authority
        self.breaker = Mutex(Breaker(policy: policy))
    }

    /// Requests on their way, over all event loops.
    var load: Int { self.outstanding.load(ordering: .relaxed) }

    /// Whether it said so when it was asked last.
    ///
    /// Until then it has the benefit of the doubt.
    var isReady: Bool { self.ready.load(ordering: .relaxed) }

    /// What people see of the breaker.
    var breakerState: Breaker.State { self.breaker.withLock { $0.state } }

    /// Whether a request may be sent there now.
    func isAvailable(at now: NIODeadline) -> Bool {
        self.isReady && self.breaker.withLock { $0.permits(at: now) }
    }

    /// Takes the breaker's permit for one request and counts the request.
    func acquire(at now: NIODeadline) -> Breaker.Permit? {
        guard let permit = self.breaker.withLock({ $0.acquire(at: now) }) else { return nil }
        self.outstanding.wrappingAdd(1, ordering: .relaxed)
        return permit
    }

    /// The request is over, however it ended.
    ///
    /// ``record(_:for:at:jitter:)`` tells the breaker.
    func release() {
        self.outstanding.wrappingSubtract(1, ordering: .relaxed)
    }

    /// Tells the breaker how a request went.
    func record(_ outcome: Breaker.Outcome, for permit: Breaker.Permit, at now: NIODeadline, jitter: Double) {
        self.breaker.withLock { $0.record(outcome, for: permit, at: now, jitter: jitter) }
    }

    /// Takes over the result of a health check.
    ///
    /// - Parameter isReady: The result.
    /// - Returns: Whether that is news.
    func update(isReady: Bool) -> Bool {
        let wasReady = self.ready.exchange(isReady, ordering: .relaxed)
        if isReady && !wasReady { self.breaker.withLock { $0.hasten() } }
        return isReady != wasReady
    }

    /// Closes the breaker.
    func resetBreaker() {
        self.breaker.withLock { $0.reset() }
    }

    /// How long the breaker still refuses.
    func recoveryTime(at now: NIODeadline) -> TimeAmount {
        self.breaker.withLock { $0.remaining(at: now) }
    }
}

/// `http://host:port` in its parts.
struct InstanceAddress: Sendable, Hashable, CustomStringConvertible {
    let host: String
    let port: Int

    /// Reads `http://host:port`; `nil` for anything else: the gateway speaks plain HTTP to its own network.
    init?(url: String) {
        guard url.hasPrefix("http://") else { return nil }
        var authority = url.dropFirst("http://".count)
        if authority.last == "/" { authority = authority.dropLast() }
        guard let colon = authority.lastIndex(of: ":"), let port = Int(authority[authority.index(after: colon)...]),
            (1...65535).contains(port), colon > authority.startIndex
        else { return nil }
        let host = authority[..<colon]
        guard !host.contains(where: { "/?#@ ".contains($0) }) else { return nil }
        self.host = host.first == "[" && host.last == "]" ? String(host.dropFirst().dropLast()) : String(host)
        self.port = port
    }

    /// `host:port`, as it stands in a Host header.
    var authority: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }

    /// The URL it was made from.
    var description: String { "http://\(self.authority)" }
}
