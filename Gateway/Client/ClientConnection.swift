internal import DequeModule
internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

/// One connection of a client: takes its requests one after the other through the stages, and streams both ways.
///
/// Nothing is collected here. What the client has sent and nobody can take yet is at most what one read brought; then
/// reading stops until it is taken, and TCP tells the client to wait.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = Never

    /// What the connection is doing.
    enum Phase {
        /// Nothing: the next part is the head of a request.
        case idle
        /// A stage waits: for the verdict on a token, for the limiter, for a connection.
        case waiting
        /// The gateway answers by itself, and works on it.
        case answering
        /// The request flows up, its answer flows down.
        case streaming
        /// The answer is complete; what is left of the request is dropped.
        case discarding
        /// The answer is complete and was the last; the client gets time to read it before the connection closes.
        case lingering
        /// The connection has become a WebSocket: bytes flow both ways.
        case tunnel
        case closed
    }

    let worker: Worker
    let encoder: any ClientEncoder
    var phase = Phase.idle
    var exchange: ProxiedExchange
    /// Counts requests, so that a late result is not taken for the next request's.
    var serial: UInt64 = 0
    var upstream: UpstreamConnection?
    /// Whether the connection to the service had served others before: then it may have been closing just now.
    var upstreamWasReused = false
    /// Whether the connection ends with this answer.
    var closesAfterAnswer = false
    /// When the connection is cut, if nothing happens in ``Phase/idle``.
    var idleDeadline: NIODeadline
    /// Whether an idle connection has given back what only a busy one needs.
    private var isResting = false
    /// When the connection is cut in ``Phase/lingering``; `nil` until the last byte has been written.
    var lingerDeadline: NIODeadline?
    /// Whether a part of a head has been read.
    private(set) var isReadingHead = false
    private(set) var context: ChannelHandlerContext?
    /// What comes after this handler when the connection is a tunnel.
    var tunnel: TunnelEnd?
    let peer: ClientAddress
    private var pending = Deque<HTTPServerRequestPart>()
    /// What is wrong with the client's bytes, until it is told.
    private var parserFailure: Problem?
    private var isPumping = false
    /// Whether what was read last completed anything.
    private var hasReadPart = false

    init(worker: Worker, peer: ClientAddress, encoder: any ClientEncoder) {
        self.worker = worker
        self.encoder = encoder
        self.peer = peer
        let now = NIODeadline.now()
        self.idleDeadline = now + worker.gateway.limits.headerTimeout
        self.exchange = worker.noExchange(for: peer)
    }

    // MARK: Events of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        // After a TLS handshake the channel has been active for a while.
        if context.channel.isActive { self.channelActive(context: context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        guard self.worker.add(self) else { return }
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.worker.remove(self)
        switch self.phase {
        case .streaming, .waiting, .answering: self.clientLeft()
        case .tunnel: self.endTunnel()
        case .idle, .discarding, .lingering, .closed: break
        }
        self.phase = .closed
        self.pending.removeAll()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if self.phase == .tunnel { return context.fireChannelRead(data) }
        self.hasReadPart = true
        let part = self.unwrapInboundIn(data)
        if self.pending.isEmpty, self.canTake(part) {
            self.take(part)
        } else {
            self.pending.append(part)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if self.phase == .tunnel { return context.fireChannelReadComplete() }
        self.upstream?.flush()
        if self.phase == .idle, !self.isReadingHead, !self.hasReadPart {
            // Bytes have come, but no complete head: from now on it has to hurry.
            self.isReadingHead = true
            self.idleDeadline = min(self.idleDeadline, self.worker.roughNow + self.worker.gateway.limits.headerTimeout)
        }
        self.hasReadPart = false
        self.readMore()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if self.phase == .tunnel { return context.fireChannelWritabilityChanged() }
        guard context.channel.isWritable else { return }
        self.exchange.lastProgress = self.worker.roughNow
        self.upstream?.resumeReading()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The parser gives up at the first mistake; whatever comes after it is dropped.
        if error is ByteToMessageDecoderError { return }
        // An end in the middle of a request is no mistake of the parser's: `channelInactive` comes next.
        guard context.channel.isActive, let error = error as? HTTPParserError else {
            return context.close(promise: nil)
        }
        // What was read before the mistake is served first.
        self.parserFailure = error == .headerOverflow ? .headersTooLarge : .malformed
        self.pump()
    }

    // MARK: The flow of the request

    /// Takes what waits, as far as possible.
    func pump() {
        guard !self.isPumping else { return }
        self.isPumping = true
        while let part = self.pending.first, self.canTake(part) {
            self.pending.removeFirst()
            self.take(part)
        }
        self.isPumping = false
        self.upstream?.flush()
        if let problem = self.parserFailure, self.pending.isEmpty, !self.isAnsweringWholeRequest {
            self.parserFailure = nil
            self.refuseGarbage(problem)
        }
        self.readMore()
    }

    /// Whether the end of the request has been read already.
    var hasWholeRequest: Bool {
        if self.exchange.requestEnded { return true }
        return self.pending.contains { if case .end = $0 { true } else { false } }
    }

    /// Whether a request that has been taken to its end still waits for its answer.
    private var isAnsweringWholeRequest: Bool {
        switch self.phase {
        case .waiting, .answering, .streaming: self.exchange.requestEnded
        case .idle, .discarding, .lingering, .tunnel, .closed: false
        }
    }

    private func canTake(_ part: HTTPServerRequestPart) -> Bool {
        switch self.phase {
        case .idle: true
        case .streaming: !self.exchange.requestEnded && self.upstream?.isWritable == true
        case .discarding, .lingering: true
        case .waiting, .answering, .tunnel, .closed: false
        }
    }

    private func take(_ part: HTTPServerRequestPart) {
        switch (self.phase, part) {
        case (.idle, .head(let head)):
            self.begin(head)
        case (.streaming, .body(let body)):
            self.exchange.requestBytes += body.readableBytes
            self.exchange.lastProgress = self.worker.roughNow
            if let problem = self.objection(to: body) {
                self.endUpstream(outcome: .unknown)
                if self.exchange.responseStarted { return self.abort() }
                return self.refuse(problem)
            }
            self.exchange.keep(body, upTo: self.worker.gateway.limits.maximumRepeatedBody)
            self.upstream?.send(body)
        case (.streaming, .end):
            // Trailers are dropped: what they say was not there when the headers were checked.
            self.exchange.requestEnded = true
            self.upstream?.endRequest()
        case (.discarding, .end):
            self.exchange.requestEnded = true
            self.becomeIdle()
        case (_, .body), (_, .head), (_, .end):
            // Left over of a request that was refused.
            break
        }
    }

    /// Most connections do nothing most of the time, and cost little then.
    func rest() {
        guard !self.isResting else { return }
        self.isResting = true
        self.encoder.rest()
        self.pending = Deque()
        self.exchange = self.worker.noExchange(for: self.peer)
    }

    private func objection(to body: ByteBuffer) -> Problem? {
        // A frame of data in HTTP/2 needs no announcement; behind a head without one it would be somebody's next request.
        guard self.exchange.hasBody || body.readableBytes == 0 else { return .malformed }
        let limit = self.route.maximumBodySize
        return self.exchange.requestBytes <= limit ? nil : .tooLarge(limit: limit)
    }

    private func begin(_ head: HTTPRequestHead) {
        self.isReadingHead = false
        self.closesAfterAnswer = self.serial + 1 >= UInt64(self.worker.gateway.limits.maximumRequests)
        self.startExchange(head)
        self.advance()
    }

    /// From now on a request is under way.
    func startExchange(_ head: HTTPRequestHead) {
        self.serial += 1
        self.isResting = false
        self.exchange = ProxiedExchange(
            head: head,
            client: self.peer,
            route: self.worker.unknownRoute,
            startedAt: .now()
        )
        self.phase = .waiting
        self.worker.requestsUnderWay += 1
    }

    /// The next request may come, unless the connection is to end.
    func becomeIdle() {
        if self.closesAfterAnswer || self.worker.isDraining, !self.encoder.isMultiplexed { return self.linger() }
        self.phase = .idle
        self.isReadingHead = false
        self.idleDeadline = self.worker.roughNow + self.worker.gateway.limits.idleTimeout
        self.pump()
    }

    /// Asks the channel for more if what it brings can be taken.
    ///
    /// One read ahead is allowed: it is how a client that leaves is noticed, and spares two system calls per request.
    private func readMore() {
        guard self.pending.isEmpty || self.isEndPending, self.parserFailure == nil, self.phase != .tunnel else {
            return
        }
        if self.phase == .streaming, !self.exchange.requestEnded, self.upstream?.isWritable == false { return }
        self.context?.read()
    }

    /// Whether nothing but the end of a request waits: the usual state of a request without a body.
    private var isEndPending: Bool {
        guard self.pending.count == 1, case .end = self.pending.first else { return false }
        return true
    }
}
