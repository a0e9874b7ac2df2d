internal import NIOCore

/// How a client behaves on one connection: facts in, a verdict out, no I/O.
struct Pace {
    private enum Reading {
        /// The first head has not come yet.
        case firstHead(since: NIODeadline)
        /// Between requests; the idle time-out of the server watches this.
        case nothing
        /// A body is coming.
        case body(since: NIODeadline, bytes: Int)
    }

    private var reading = Reading.nothing
    /// The answer was sent while the body was still coming.
    private var answeredEarly: NIODeadline?
    private var unreadSince: NIODeadline?

    mutating func opened(at now: NIODeadline) {
        self.reading = .firstHead(since: now)
    }

    mutating func head(at now: NIODeadline) {
        self.reading = .body(since: now, bytes: 0)
        self.answeredEarly = nil
    }

    mutating func body(_ count: Int) {
        guard case .body(let since, let bytes) = self.reading else { return }
        self.reading = .body(since: since, bytes: bytes + count)
    }

    mutating func end() {
        self.reading = .nothing
        self.answeredEarly = nil
    }

    mutating func answered(at now: NIODeadline) {
        if case .body = self.reading { self.answeredEarly = now }
    }

    mutating func writable(_ isWritable: Bool, at now: NIODeadline) {
        self.unreadSince = isWritable ? nil : now
    }

    func isTooSlow(at now: NIODeadline, _ limits: RequestLimits) -> Bool {
        if let unreadSince, now - unreadSince > TimeAmount(limits.writeStall) { return true }
        if let answeredEarly, now - answeredEarly > TimeAmount(limits.drain) { return true }
        switch self.reading {
        case .nothing: return false
        case .firstHead(let since): return now - since > TimeAmount(limits.headTimeout)
        case .body(let since, let bytes):
            let elapsed = now - since
            guard elapsed > TimeAmount(limits.bodyGrace) else { return false }
            return bytes < Int(elapsed.nanoseconds / 1_000_000_000) * limits.minimumBodyRate
        }
    }
}
