import NIOCore
import NIOPosix
import Synchronization
import TestKit

/// A client that sends exactly the bytes it is given.
enum RawSocket {
    /// Sends them, and reads until the other side ends the connection or has nothing more to say.
    ///
    /// - Returns: Everything that came.
    static func exchange(_ text: String, port: Int) async throws -> String {
        let inbox = Inbox()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(inbox) }
            }
            .connect(host: "127.0.0.1", port: port)
            .get()
        do {
            // Bytes, not characters: the cases hold some that are not UTF-8.
            try await channel.writeAndFlush(
                ByteBuffer(bytes: text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
            )
            // What stays open after its answers is closed by us.
            try await eventually("an answer, or the end") { inbox.isDone }
        } catch is ChannelError {
            // The other side was faster.
        }
        try? await channel.close()
        return inbox.text
    }

    private final class Inbox: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        private struct State {
            var bytes: [UInt8] = []
            var isClosed = false
            var lastAt = ContinuousClock.now
        }

        private let state = Mutex(State())

        var text: String { self.state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

        /// Whether the connection has ended, or an answer has come and for a while nothing more.
        var isDone: Bool {
            self.state.withLock { state in
                state.isClosed || !state.bytes.isEmpty && ContinuousClock.now - state.lastAt > .milliseconds(60)
            }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = self.unwrapInboundIn(data)
            self.state.withLock { state in
                state.bytes += Array(buffer: bytes)
                state.lastAt = .now
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.state.withLock { $0.isClosed = true }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
