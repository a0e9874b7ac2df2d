internal import NIOCore
internal import NIOHTTPTypes

/// Cuts connections of clients that are too slow: to send a head, to send a body, to read an answer.
///
/// One timer per connection is enough: it wakes when the earliest limit could be broken, looks, and sleeps again. All
/// methods run on the event loop of the connection.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: RequestLimits
    private var timer: Scheduled<Void>?
    private var pace = Pace()

    init(limits: RequestLimits) {
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.pace.opened(at: .now())
        self.watch(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.timer?.cancel()
        self.timer = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head: self.pace.head(at: .now())
        case .body(let buffer): self.pace.body(buffer.readableBytes)
        case .end: self.pace.end()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = self.unwrapOutboundIn(data) { self.pace.answered(at: .now()) }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.pace.writable(context.channel.isWritable, at: .now())
        context.fireChannelWritabilityChanged()
    }

    private func watch(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        self.timer = context.eventLoop.scheduleTask(in: .seconds(1)) {
            let (guardian, context) = bound.value
            guard context.channel.isActive else { return }
            if guardian.pace.isTooSlow(at: .now(), guardian.limits) {
                context.close(promise: nil)
            } else {
                guardian.watch(context)
            }
        }
    }
}
