internal import NIOCore

/// One end of a connection that has become a WebSocket: whatever comes in goes out at the other end.
///
/// An end reads only while the other one can write, so that nothing piles up here.
final class TunnelEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let onBytes: (Int) -> Void
    private var context: ChannelHandlerContext?
    private var partner: TunnelEnd?

    /// - Parameter onBytes: Told how many bytes have come.
    private init(onBytes: @escaping (Int) -> Void) {
        self.onBytes = onBytes
    }

    /// The two ends of a tunnel.
    static func pair(
        onBytesFromClient: @escaping (Int) -> Void,
        onBytesFromService: @escaping (Int) -> Void
    ) -> (client: TunnelEnd, service: TunnelEnd) {
        let (client, service) = (TunnelEnd(onBytes: onBytesFromClient), TunnelEnd(onBytes: onBytesFromService))
        client.partner = service
        service.partner = client
        return (client, service)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.partner?.close()
        self.partner = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = self.unwrapInboundIn(data)
        self.onBytes(bytes.readableBytes)
        self.partner?.write(bytes)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.readOn()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { self.partner?.readOn() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.partner?.close()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset connection is an end like any other.
        context.close(promise: nil)
    }

    /// Asks for more bytes if the other end can take them.
    func readOn() {
        guard let partner, partner.context?.channel.isWritable == true else { return }
        self.context?.read()
    }

    private func write(_ bytes: ByteBuffer) {
        guard let context else { return }
        // At once: what a parser held when it was taken out comes without the end of a read.
        context.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
    }

    private func close() {
        // What is still to be written is, and then the connection ends.
        self.context?.close(promise: nil)
    }
}
