internal import NIOCore
internal import NIOHTTP1

/// One connection to an instance: carries one exchange at a time for one ``ClientConnection`` of the same event loop.
final class UpstreamConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// Why an exchange can not go on.
    enum Failure {
        /// There is no connection: nothing has been sent.
        case notConnected
        /// The connection broke, or what came over it was not HTTP.
        case broken
        /// The instance does not answer health checks any more.
        case lost
    }

    /// When it became unused.
    var idleSince = NIODeadline.uptimeNanoseconds(0)
    private(set) var isOpen = true
    /// What was written and not flushed yet.
    private var hasUnflushed = false
    private var requestEnded = false
    private var isTunnel = false
    private var isSwitching = false
    private var isReusable = false
    private let pool: UpstreamPool
    private var context: ChannelHandlerContext?
    private var client: ClientConnection?
    private let encoder = UpstreamEncoder()

    init(pool: UpstreamPool) {
        self.pool = pool
    }

    func addHandlers(to pipeline: ChannelPipeline.SynchronousOperations) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderListSize = 64 << 10
        let decoder = HTTPResponseDecoder(
            // Only a tunnel takes the decoder out, and what the service says first must not be lost then.
            leftOverBytesStrategy: .forwardBytes,
            informationalResponseStrategy: .drop,
            limitConfiguration: limits
        )
        try pipeline.addHandlers([self.encoder, ByteToMessageHandler(decoder), self])
    }

    /// Whether more can be written without piling up here.
    var isWritable: Bool { self.context?.channel.isWritable ?? false }

    /// Begins an exchange.
    ///
    /// - Parameters:
    ///   - head: The request, for the response decoder, which has to know `HEAD`.
    ///   - isChunked: Whether the body needs the framing of RFC 9112 section 7.1.
    ///   - client: Whoever gets the answer.
    ///   - write: Writes request line and headers.
    func begin(
        _ head: HTTPRequestHead,
        isChunked: Bool,
        for client: ClientConnection,
        write: (inout ByteBuffer) -> Void
    ) {
        guard let context else { return }
        self.client = client
        self.requestEnded = false
        self.isReusable = false
        self.encoder.prepare(isChunked: isChunked, write: write)
        self.hasUnflushed = true
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
    }

    func send(_ body: ByteBuffer) {
        self.hasUnflushed = true
        self.context?.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }

    func endRequest() {
        self.requestEnded = true
        self.hasUnflushed = true
        self.context?.write(self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    func flush() {
        guard self.hasUnflushed else { return }
        self.hasUnflushed = false
        self.context?.flush()
    }

    /// From here on bytes are passed on as they are.
    func becomeTunnel(_ end: TunnelEnd) throws {
        guard let context else { throw ChannelError.alreadyClosed }
        self.isTunnel = true
        let pipeline = context.pipeline.syncOperations
        try pipeline.addHandler(end)
        pipeline.removeHandler(self.encoder, promise: nil)
        let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPResponseDecoder>.self)
        pipeline.removeHandler(context: decoder, promise: nil)
    }

    /// The client can take more.
    func resumeReading() {
        self.context?.read()
    }

    /// Nobody waits for the answer any more.
    func cancel() {
        self.client = nil
        self.close()
    }

    func close() {
        self.context?.close(promise: nil)
    }

    // MARK: Events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        // Always reading while unused: that is how the end of the connection is noticed.
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if self.isTunnel { return context.fireChannelRead(data) }
        guard let client else {
            // An answer that nobody asked for: whatever comes next could be taken for somebody's answer.
            return self.close()
        }
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.isReusable = head.isKeepAlive
            self.isSwitching = head.status == .switchingProtocols
            client.upstreamAnswered(head)
        case .body(let body):
            client.upstreamSent(body)
        case .end:
            if self.isSwitching {
                self.client = nil
                return client.upstreamEnded()
            }
            self.client = nil
            if self.isReusable && self.requestEnded && self.isOpen {
                self.pool.giveBack(self)
            } else {
                self.close()
            }
            client.upstreamEnded()
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if self.isTunnel { return context.fireChannelReadComplete() }
        if let client {
            guard client.flushAnswer() else { return }
        }
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if self.isTunnel { return context.fireChannelWritabilityChanged() }
        if context.channel.isWritable { self.client?.upstreamBecameWritable() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.isOpen = false
        self.pool.closed(self)
        self.fail()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Not logged here: the client's access log line tells which instance failed, and how.
        context.close(promise: nil)
        self.fail()
    }

    private func fail() {
        guard let client = self.client else { return }
        self.client = nil
        client.upstreamFailed(.broken)
    }
}
