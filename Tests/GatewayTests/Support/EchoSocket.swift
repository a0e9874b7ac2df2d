import NIOCore
import NIOPosix
import Synchronization

/// A service that agrees to change the protocol, says hello in the same breath, and then sends back whatever it gets; after
/// `bye` it leaves.
final class EchoSocket: Sendable {
    private struct State {
        var head = ""
        var open: [ObjectIdentifier: any Channel] = [:]
    }

    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    private let channel: any Channel
    private let shared: Shared

    private init(channel: any Channel, shared: Shared) {
        self.channel = channel
        self.shared = shared
    }

    static func start() async throws -> EchoSocket {
        let shared = Shared()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(shared: shared))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        return EchoSocket(channel: channel, shared: shared)
    }

    var url: String { "http://127.0.0.1:\(self.channel.localAddress?.port ?? 0)" }

    /// The last request to change the protocol, in lower case.
    var head: String { self.shared.state.withLock { $0.head } }

    /// How many sockets are open.
    var connectionCount: Int { self.shared.state.withLock { $0.open.count } }

    func stop() async throws {
        try await self.channel.close()
        for channel in self.shared.state.withLock({ Array($0.open.values) }) { channel.close(promise: nil) }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let shared: Shared
        private var head: ByteBuffer? = ByteBuffer()

        init(shared: Shared) {
            self.shared = shared
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = self.unwrapInboundIn(data)
            guard var head = self.head else {
                let isFarewell = bytes.readableBytes == 3 && String(buffer: bytes) == "bye"
                context.writeAndFlush(self.wrapOutboundOut(bytes), promise: nil)
                if isFarewell { context.close(promise: nil) }
                return
            }
            head.writeBuffer(&bytes)
            let text = String(buffer: head).lowercased()
            guard text.hasSuffix("\r\n\r\n") else { return self.head = head }
            self.head = nil
            guard text.contains("upgrade: websocket") else { return self.answerProbe(text, context) }
            self.head = nil
            self.shared.state.withLock { state in
                state.head = text
                state.open[ObjectIdentifier(context.channel)] = context.channel
            }
            let answer = """
                HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r
                Sec-WebSocket-Accept: as-the-service-says\r\n\r\nhello
                """
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            let id = ObjectIdentifier(context.channel)
            self.shared.state.withLock { _ = $0.open.removeValue(forKey: id) }
        }

        /// The gateway asks whether the instance is ready.
        private func answerProbe(_ text: String, _ context: ChannelHandlerContext) {
            self.head = ByteBuffer()
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
            context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        }
    }
}
