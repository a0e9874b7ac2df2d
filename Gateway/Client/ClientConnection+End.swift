internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

/// How a connection ends: after its last answer, or because somebody is too slow.
extension ClientConnection {
    /// How long a connection is idle before it rests.
    private static let restAfter = TimeAmount.seconds(1)

    /// Ends with the answer that is due; while none is, with the next.
    func leave() {
        if self.phase != .idle, !self.exchange.responseStarted { self.closesAfterAnswer = true }
    }

    /// Ends when nothing is under way; else after the answer.
    func drain() {
        switch self.phase {
        // Neither owes the client anything.
        case .idle where !self.encoder.isMultiplexed, .discarding where !self.encoder.isMultiplexed: self.linger()
        // They have no end of their own, and whoever reads them comes again.
        case .tunnel: self.abort()
        case .streaming where self.route.isStream && self.exchange.responseStarted: self.abort()
        default: self.closesAfterAnswer = true
        }
    }

    /// Closes what stays open for long and belongs to one of these sessions.
    func end(_ sessions: Set<UUID>) {
        guard self.phase == .tunnel || self.phase == .streaming && self.route.isStream,
            case .person(let person) = self.exchange.caller, sessions.contains(person.principal.sessionID)
        else { return }
        self.abort()
    }

    /// Closes at once.
    func abort() {
        self.context?.close(promise: nil)
    }

    /// Sends what is left for the client, and closes when it has had the time to read it.
    ///
    /// Closing with bytes unread makes TCP reset the connection, and the answer may be lost with it (RFC 9112 section
    /// 9.6). So only our half is closed, unless the client itself has announced that this was its last request.
    func linger() {
        guard let context else { return }
        let isClientDone = self.hasWholeRequest && !self.exchange.head.isKeepAlive
        self.phase = .lingering
        self.lingerDeadline = nil
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in bound.value.closeOutput(isClientDone: isClientDone) }
        self.encoder.flush(context, promise: written)
        self.pump()
    }

    private func closeOutput(isClientDone: Bool) {
        guard self.phase == .lingering else { return }
        self.lingerDeadline = .now() + self.worker.gateway.limits.lingerTimeout
        self.context?.close(mode: isClientDone ? .all : .output, promise: nil)
    }

    /// Ends what takes too long.
    func sweep(at now: NIODeadline) {
        let isStalled = now - self.exchange.lastProgress > self.longestPause
        switch self.phase {
        case .idle:
            guard now >= self.idleDeadline else {
                let isFresh = self.idleDeadline - now > self.worker.gateway.limits.idleTimeout - Self.restAfter
                return isFresh ? () : self.rest()
            }
            if self.isReadingHead { self.refuseGarbage(.tooSlow) } else { self.linger() }
        case .waiting, .answering:
            if now >= self.exchange.deadline { self.timeOut() }
        case .streaming:
            if !self.exchange.responseStarted {
                if now >= self.exchange.deadline || self.isTooSlow(at: now) { return self.timeOut() }
                self.reconsider()
            } else if isStalled {
                let isClientToBlame = self.context?.channel.isWritable == false
                self.endUpstream(outcome: isClientToBlame ? .unknown : .failure)
                self.abort()
            }
        case .discarding:
            if isStalled { self.abort() }
        case .lingering:
            if self.lingerDeadline.map({ now >= $0 }) ?? isStalled { self.abort() }
        case .tunnel:
            if isStalled { self.abort() }
        case .closed:
            break
        }
    }

    /// How long nothing may happen in a body, in either direction.
    private var longestPause: TimeAmount {
        let limits = self.worker.gateway.limits
        let isPatient = self.exchange.isTunnel || self.route.isStream && self.exchange.responseStarted
        // What the client does not take is stalled all the same.
        let isClientSlow = self.context?.channel.isWritable == false
        return isPatient && !isClientSlow ? limits.pauseTimeout : limits.stallTimeout
    }

    /// Whether the rest of the request is the client's to send, and nobody but the client keeps it from coming.
    var waitsForClient: Bool {
        self.phase == .streaming && !self.hasWholeRequest && self.upstream?.isWritable == true
    }

    /// Whether the client sends its body more slowly than anybody has to bear.
    private func isTooSlow(at now: NIODeadline) -> Bool {
        guard self.waitsForClient else { return false }
        let seconds = (now - self.exchange.startedAt).nanoseconds / 1_000_000_000
        return seconds >= 10 && self.exchange.requestBytes < Int(seconds) * self.worker.gateway.limits.minimumBodyRate
    }
}
