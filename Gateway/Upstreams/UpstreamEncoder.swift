internal import NIOCore
internal import NIOHTTP1

/// Turns the parts of a request into bytes.
///
/// The head has been written before, by ``RequestWriter``; the response decoder only has to see it pass, to know which
/// method the answer belongs to.
final class UpstreamEncoder: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = IOData

    /// Bodies up to this size are copied behind the head: one segment instead of two.
    private static let smallBody = 2048
    private var buffer = ByteBuffer()
    private var isChunked = false

    func prepare(isChunked: Bool, write: (inout ByteBuffer) -> Void) {
        self.isChunked = isChunked
        self.buffer.clear(minimumCapacity: 1024)
        write(&self.buffer)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch self.unwrapOutboundIn(data) {
        case .head:
            break
        case .body(.byteBuffer(var body)):
            guard body.readableBytes > 0 else { break }
            if self.isChunked { self.buffer.writeChunkHead(length: body.readableBytes) }
            if body.readableBytes <= Self.smallBody {
                self.buffer.writeBuffer(&body)
            } else {
                self.passOn(context)
                context.write(self.wrapOutboundOut(.byteBuffer(body)), promise: nil)
            }
            if self.isChunked { self.buffer.writeStaticString("\r\n") }
        case .body(.fileRegion):
            break
        case .end:
            if self.isChunked { self.buffer.writeStaticString("0\r\n\r\n") }
        }
        promise?.succeed()
    }

    func flush(context: ChannelHandlerContext) {
        self.passOn(context)
        context.flush()
        // Usually the channel has written everything and let go of the storage, which is used again then.
        if self.buffer.readableBytes == 0 { self.buffer.clear() }
    }

    private func passOn(_ context: ChannelHandlerContext) {
        guard self.buffer.readableBytes > 0 else { return }
        context.write(self.wrapOutboundOut(.byteBuffer(self.buffer)), promise: nil)
        self.buffer.moveReaderIndex(forwardBy: self.buffer.readableBytes)
    }
}
