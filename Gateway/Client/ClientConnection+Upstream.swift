internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

/// What the connection to a service reports.
extension ClientConnection {
    /// There is a connection: the request goes out.
    func upstreamOpened(_ connection: UpstreamConnection, isReused: Bool) {
        guard let instance = self.exchange.instance else { return }
        self.upstream = connection
        self.upstreamWasReused = isReused
        self.phase = .streaming
        let timeout = max(0, (self.exchange.deadline - .now()).nanoseconds / 1_000_000)
        connection.begin(
            self.exchange.head,
            isChunked: self.exchange.framing == .chunked,
            for: self
        ) { buffer in
            RequestWriter.write(self.exchange, host: instance.authority, timeout: timeout, into: &buffer)
        }
        if let sent = self.exchange.sentBody, sent.readableBytes > 0 { connection.send(sent) }
        if self.exchange.requestEnded { connection.endRequest() }
        if self.exchange.expectsContinue {
            self.exchange.expectsContinue = false
            if let context { self.encoder.writeContinue(context) }
            _ = self.flushAnswer()
        }
        self.pump()
    }

    /// The exchange can not go on where it is.
    func upstreamFailed(_ failure: UpstreamConnection.Failure) {
        // A service may break off what does not come to an end; then the client is to blame.
        self.endUpstream(outcome: failure == .notConnected || self.hasWholeRequest ? .failure : .unknown)
        if failure == .notConnected { self.setAside(self.exchange.lastInstance) }
        guard !self.exchange.responseStarted else {
            // Half an answer: only the end of the connection tells the client that the rest is missing.
            return self.abort()
        }
        if self.retry(after: failure) { return }
        switch failure {
        case .notConnected: self.refuse(.unavailable("The service can not be reached.", retryAfter: 1))
        case .broken, .lost: self.refuse(.badGateway)
        }
    }

    /// The instance was found unable to serve while the request waits for its answer: whoever may ask again asks another
    /// one as soon as the budget allows it, everybody else goes on waiting, for the instance may have done what it was asked.
    func reconsider() {
        guard let instance = self.exchange.instance, instance.isLost, self.mayRetry(after: .lost),
            case .service(let name) = self.route.destination, self.worker.affordsRetry(for: name)
        else { return }
        let (upstream, now) = (self.worker.gateway.upstreams[name], NIODeadline.now())
        guard upstream.hasOther(than: instance, at: now), upstream.permitsRetry(at: now) else { return }
        self.upstreamFailed(.lost)
    }

    /// The head of the answer has come.
    func upstreamAnswered(_ head: HTTPResponseHead) {
        // Nobody asked for another protocol.
        if head.status == .switchingProtocols, !self.exchange.wantsWebSocket { return self.upstreamFailed(.broken) }
        self.exchange.status = Int(head.status.code)
        self.exchange.lastProgress = self.worker.roughNow
        let isFailure = [502, 503, 504].contains(head.status.code)
        // Services know the deadline, too, and may be the first to give up a request that does not come to an end.
        self.recordOutcome(!isFailure ? .success : self.waitsForClient ? .unknown : .failure)
        self.exchange.isTunnel = head.status == .switchingProtocols
        self.exchange.flight?.began(head)
        self.beginAnswer(head)
        if self.route.isStream { self.becomeLongLived() }
    }

    /// A piece of the answer has come.
    func upstreamSent(_ body: ByteBuffer) {
        guard let context, body.readableBytes > 0 else { return }
        self.exchange.responseBytes += body.readableBytes
        self.exchange.lastProgress = self.worker.roughNow
        self.exchange.flight?.received(body)
        self.encoder.send(body, context)
    }

    /// The answer is complete.
    func upstreamEnded() {
        if self.exchange.isTunnel { return self.beginTunnel() }
        self.upstream = nil
        self.endUpstream(outcome: .unknown)
        if let context { self.encoder.end(context) }
        self.finishAnswer()
    }

    /// Hands what has come to the client.
    ///
    /// - Returns: Whether the client can take more.
    func flushAnswer() -> Bool {
        guard let context else { return false }
        self.encoder.flush(context, promise: nil)
        return context.channel.isWritable
    }

    func upstreamBecameWritable() {
        self.pump()
    }

    /// Parts from the instance, and tells its breaker unless it has been told.
    func endUpstream(outcome: Breaker.Outcome) {
        self.recordOutcome(outcome)
        self.releaseInstance()
        self.upstream?.cancel()
        self.upstream = nil
    }

    /// The instance is not busy with the request any more.
    func releaseInstance() {
        guard let instance = self.exchange.instance else { return }
        self.exchange.lastInstance = instance
        self.exchange.instance = nil
        instance.release()
    }

    /// The client has gone away in the middle of its request: nobody's fault.
    func clientLeft() {
        self.endUpstream(outcome: .unknown)
        self.exchange.isAborted = true
        self.finishExchange()
    }

    /// Nothing came of it in time: the instance is to blame, unless it is the client whose request is not complete yet.
    func timeOut() {
        let waitsForClient = self.waitsForClient
        if waitsForClient { self.exchange.isKeptAlive = false }
        self.endUpstream(outcome: waitsForClient ? .unknown : .failure)
        self.refuse(waitsForClient ? .tooSlow : .gatewayTimeout)
    }

    private func recordOutcome(_ outcome: Breaker.Outcome) {
        guard let instance = self.exchange.instance, let permit = self.exchange.permit else { return }
        self.exchange.permit = nil
        self.exchange.outcome = outcome
        let jitter = outcome == .failure ? self.worker.random.nextFraction() : 0
        instance.record(outcome, for: permit, at: .now(), jitter: jitter)
    }

    /// Tells the service's breaker how the request went in the end.
    func recordServiceOutcome() {
        guard let permit = self.exchange.servicePermit, case .service(let name) = self.route.destination else { return }
        self.exchange.servicePermit = nil
        let jitter = self.exchange.outcome == .failure ? self.worker.random.nextFraction() : 0
        self.worker.gateway.upstreams[name].record(self.exchange.outcome, for: permit, at: .now(), jitter: jitter)
    }

    /// Takes an instance that refuses connections out at once, until a health check finds it well; but never the last
    /// one: it is better to try in vain than not to try.
    private func setAside(_ instance: Instance?) {
        guard let instance, case .service(let name) = self.route.destination,
            self.worker.gateway.upstreams[name].hasOther(than: instance, at: .now())
        else { return }
        _ = instance.update(.unavailable)
    }

    /// Tries once more, with another instance, if the request can not have had an effect.
    ///
    /// Nothing was sent when there was no connection. After that, only what may be repeated by its nature (RFC 9110
    /// section 9.2.2) or by its key is sent again, and only if all that was sent of its body is still here.
    private func retry(after failure: UpstreamConnection.Failure) -> Bool {
        guard self.mayRetry(after: failure), case .service(let name) = self.route.destination else { return false }
        let now = NIODeadline.now()
        let upstream = self.worker.gateway.upstreams[name]
        let failed = self.exchange.lastInstance
        let other = upstream.choose(except: failed, at: now, random: &self.worker.random)
        // A connection that was closing when it was chosen says nothing about the instance.
        let again = self.upstreamWasReused && failure == .broken ? failed : nil
        guard let instance = other ?? again, upstream.permitsRetry(at: now), self.worker.spendRetry(for: name) else {
            return false
        }
        self.exchange.permit = instance.acquire(at: now)
        self.exchange.instance = instance
        self.exchange.stage = .forward
        self.phase = .waiting
        self.advance()
        return true
    }

    private func mayRetry(after failure: UpstreamConnection.Failure) -> Bool {
        self.exchange.attempts < 2 && NIODeadline.now() < self.exchange.deadline
            && (failure == .notConnected || self.exchange.canBeRepeated)
    }
}
