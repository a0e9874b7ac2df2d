internal import NIOCore

/// The end of the pipeline of an HTTP/2 connection: reads on as long as it lives, and has its worker know it.
///
/// How much is read is limited by the windows of the streams.
final class MultiplexedConnection: ChannelInboundHandler {
    typealias InboundIn = Any

    private let worker: Worker
    private var requests = 0

    init(worker: Worker) {
        self.worker = worker
    }

    /// Counts a request of the connection; after so many the client is sent elsewhere, so that new gateways get their share.
    func count(in channel: any Channel) {
        self.requests += 1
        guard self.requests == self.worker.gateway.limits.maximumRequests else { return }
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.worker.add(multiplexed: context.channel)
        context.read()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.worker.remove(multiplexed: context.channel)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What is wrong with one stream its own pipeline has been told; anything else ends the connection.
        if !context.channel.isActive { context.close(promise: nil) }
    }
}
