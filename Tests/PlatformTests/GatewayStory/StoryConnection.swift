import NIOCore

/// A client's connection to a gateway: one request after the other.
final class StoryConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Which gateway.
    let gateway: Int
    /// Since when it is unused.
    private(set) var idleSince = NIODeadline.now()
    private(set) var isOpen = true
    private unowned let clients: StoryClients
    private var context: ChannelHandlerContext?
    private var reader = StoryAnswerReader()
    private var shot: StoryShot?
    private var served = 0

    init(to gateway: Int, of clients: StoryClients) {
        self.gateway = gateway
        self.clients = clients
    }

    func send(_ shot: StoryShot) {
        self.shot = shot
        shot.connection = self
        shot.sentAt = .now()
        self.context?.writeAndFlush(self.wrapOutboundOut(shot.bytes), promise: nil)
    }

    func close() {
        self.context?.close(promise: nil)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.reader.take(self.unwrapInboundIn(data))
        guard let shot = self.shot else { return self.close() }
        do {
            guard let answer = try self.reader.next(toHead: shot.question == .catalogueHead) else { return }
            self.shot = nil
            shot.connection = nil
            self.served += 1
            self.idleSince = .now()
            self.clients.release(self, closes: answer.closes)
            shot.driver.answered(shot, answer, by: self.gateway)
        } catch {
            self.shot = nil
            shot.driver.broke(shot, "got what is no answer")
            self.close()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.isOpen = false
        self.clients.ended(self)
        guard let shot else { return }
        self.shot = nil
        shot.connection = nil
        if self.reader.hasBegun {
            shot.driver.broke(shot, "got half an answer")
        } else if self.served == 0 {
            shot.driver.broke(shot, "got no answer on a new connection")
        } else {
            shot.driver.metEnd(shot)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
