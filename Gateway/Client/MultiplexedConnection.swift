internal import NIOCore
internal import NIOHTTP2

/// The end of the pipeline of an HTTP/2 connection: reads on as long as it lives, counts its streams, and ends it.
///
/// How much is read is limited by the windows of the streams. Every stream is a ``ClientConnection`` with time limits of
/// its own; what is left for here is the connection without any.
final class MultiplexedConnection: ChannelInboundHandler {
    typealias InboundIn = Any

    private let worker: Worker
    private var requests = 0
    private var streams = 0
    /// When the connection is cut while it has no stream.
    private var deadline: NIODeadline
    private var context: ChannelHandlerContext?

    init(worker: Worker) {
        self.worker = worker
        self.deadline = .now() + worker.gateway.limits.headerTimeout
    }

    /// Counts a stream while it lives; after so many requests the client is sent elsewhere, so that new gateways get their
    /// share.
    func add(_ stream: any Channel) {
        self.requests += 1
        self.streams += 1
        let bound = NIOLoopBound(self, eventLoop: stream.eventLoop)
        stream.closeFuture.whenComplete { _ in bound.value.streamEnded() }
        if self.requests == self.worker.gateway.limits.maximumRequests { self.leave() }
    }

    /// Lets the streams under way end and no others begin: GOAWAY (RFC 9113 section 6.8).
    func leave() {
        self.context?.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }

    /// Ends as soon as nothing is under way.
    func drain() {
        self.deadline = .now()
        self.sweep(at: .now())
    }

    func close() {
        self.context?.close(promise: nil)
    }

    /// Cuts a connection that has had no stream for too long; what the client answers to a farewell is not waited for.
    func sweep(at now: NIODeadline) {
        if self.streams == 0, now >= self.deadline { self.close() }
    }

    private func streamEnded() {
        self.streams -= 1
        let limits = self.worker.gateway.limits
        let isLast = self.worker.isDraining || self.requests >= limits.maximumRequests
        self.deadline = .now() + (isLast ? limits.lingerTimeout : limits.idleTimeout)
    }

    // MARK: Events of the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.worker.add(self)
        context.read()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.worker.remove(self)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What is wrong with one stream its own pipeline has been told; anything else ends the connection.
        if !(error is NIOHTTP2Errors.StreamError) { context.close(promise: nil) }
    }
}
