internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

/// What the connection to a service reports.
extension ClientConnection {
    /// Pieces of an answer up to this size are copied behind each other: one system call instead of several.
    private static let smallBody = 4096

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
        if self.exchange.requestEnded { connection.endRequest() }
        if self.exchange.expectsContinue {
            self.exchange.expectsContinue = false
            self.outgoing.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
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
        case .broken: self.refuse(.badGateway)
        }
    }

    /// The head of the answer has come.
    func upstreamAnswered(_ head: HTTPResponseHead) {
        self.exchange.status = Int(head.status.code)
        self.exchange.lastProgress = self.worker.roughNow
        let isFailure = [502, 503, 504].contains(head.status.code)
        // Services know the deadline, too, and may be the first to give up a request that does not come to an end.
        self.recordOutcome(!isFailure ? .success : self.waitsForClient ? .unknown : .failure)
        self.closesAfterAnswer = self.closesAfterAnswer || !self.exchange.isKeptAlive
        self.outgoing.clear(minimumCapacity: 1024)
        self.framing = ResponseWriter.write(
            head,
            to: self.exchange,
            settings: self.worker.gateway.answers,
            closes: self.closesAfterAnswer,
            into: &self.outgoing
        )
        if case .close = self.framing { self.closesAfterAnswer = true }
    }

    /// A piece of the answer has come.
    func upstreamSent(_ body: ByteBuffer) {
        var body = body
        let length = body.readableBytes
        guard length > 0 else { return }
        self.exchange.responseBytes += length
        self.exchange.lastProgress = self.worker.roughNow
        let isChunked = if case .chunked = self.framing { true } else { false }
        if isChunked { self.outgoing.writeChunkHead(length: length) }
        if length <= Self.smallBody {
            self.outgoing.writeBuffer(&body)
        } else {
            self.writeOutgoing()
            self.context?.write(self.wrapOutboundOut(.byteBuffer(body)), promise: nil)
        }
        if isChunked { self.outgoing.writeStaticString("\r\n") }
    }

    /// The answer is complete.
    func upstreamEnded() {
        self.upstream = nil
        self.endUpstream(outcome: .unknown)
        if case .chunked = self.framing { self.outgoing.writeStaticString("0\r\n\r\n") }
        self.finishAnswer()
    }

    /// Hands what has come to the client.
    ///
    /// - Returns: Whether the client can take more.
    func flushAnswer() -> Bool {
        guard let context else { return false }
        self.writeOutgoing()
        context.flush()
        if self.outgoing.readableBytes == 0 { self.outgoing.clear() }
        return context.channel.isWritable
    }

    func upstreamBecameWritable() {
        self.pump()
    }

    /// Parts from the instance, and tells its breaker unless it has been told.
    func endUpstream(outcome: Breaker.Outcome) {
        self.recordOutcome(outcome)
        if let instance = self.exchange.instance {
            self.exchange.lastInstance = instance
            self.exchange.instance = nil
            instance.release()
        }
        self.upstream?.cancel()
        self.upstream = nil
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

    func writeOutgoing() {
        guard self.outgoing.readableBytes > 0 else { return }
        self.context?.write(self.wrapOutboundOut(.byteBuffer(self.outgoing)), promise: nil)
        self.outgoing.moveReaderIndex(forwardBy: self.outgoing.readableBytes)
    }

    private func recordOutcome(_ outcome: Breaker.Outcome) {
        guard let instance = self.exchange.instance, let permit = self.exchange.permit else { return }
        self.exchange.permit = nil
        let jitter = outcome == .failure ? self.worker.random.nextFraction() : 0
        instance.record(outcome, for: permit, at: .now(), jitter: jitter)
    }

    /// Takes an instance that refuses connections out at once, until a health check finds it well; but never the last
    /// one: it is better to try in vain than not to try.
    private func setAside(_ instance: Instance?) {
        guard let instance, case .service(let name) = self.route.destination else { return }
        let others = self.worker.gateway.upstreams[name].instances.filter { $0 !== instance }
        if others.contains(where: { $0.isAvailable(at: .now()) }) { _ = instance.update(.unavailable) }
    }

    /// Tries once more, with another instance, if the request can not have had an effect.
    ///
    /// Nothing was sent when there was no connection. After that, only what may be repeated by its nature (RFC 9110
    /// section 9.2.2) or by its key is sent again, and only if its body has not been given away.
    private func retry(after failure: UpstreamConnection.Failure) -> Bool {
        guard self.exchange.attempts < 2, NIODeadline.now() < self.exchange.deadline,
            case .service(let name) = self.route.destination,
            failure == .notConnected || (self.exchange.isRepeatable && self.exchange.requestBytes == 0)
        else { return false }
        let upstream = self.worker.gateway.upstreams[name]
        let failed = self.exchange.lastInstance
        let other = upstream.choose(except: failed, at: .now(), random: &self.worker.random)
        // A connection that was closing when it was chosen says nothing about the instance.
        let again = self.upstreamWasReused && failure == .broken ? failed : nil
        guard let instance = other ?? again, self.worker.spendRetry(for: name),
            let permit = instance.acquire(at: .now())
        else { return false }
        self.exchange.instance = instance
        self.exchange.permit = permit
        self.exchange.stage = .forward
        self.phase = .waiting
        self.advance()
        return true
    }
}
