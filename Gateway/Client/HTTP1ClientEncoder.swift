internal import NIOCore
internal import NIOHTTP1

/// Writes answers as bytes (RFC 9112).
final class HTTP1ClientEncoder: ClientEncoder {
    /// Pieces of an answer up to this size are copied behind each other: one system call instead of several.
    private static let smallBody = 4096

    let isMultiplexed = false
    /// What has not been given to the channel yet.
    private var outgoing = ByteBuffer()
    private var isChunked = false

    func begin(
        _ response: HTTPResponseHead,
        to exchange: borrowing ProxiedExchange,
        settings: borrowing AnswerSettings,
        closes: Bool,
        _ context: ChannelHandlerContext
    ) -> Bool {
        self.makeRoom()
        let framing = ResponseFraming(response, to: exchange)
        self.isChunked = framing == .chunked
        let closes = closes || framing == .close
        self.outgoing.writeStatus(Int(response.status.code))
        ResponseWriter.write(response, framing, to: exchange, settings: settings, into: &self.outgoing)
        if exchange.isTunnel {
            self.outgoing.writeStaticString("Connection: upgrade\r\nUpgrade: websocket\r\n\r\n")
        } else {
            self.writeEndOfHead(exchange, closes: closes)
        }
        return closes
    }

    func send(_ body: ByteBuffer, _ context: ChannelHandlerContext) {
        var body = body
        if self.isChunked { self.outgoing.writeChunkHead(length: body.readableBytes) }
        if body.readableBytes <= Self.smallBody {
            self.outgoing.writeBuffer(&body)
        } else {
            self.passOn(context)
            context.write(NIOAny(IOData.byteBuffer(body)), promise: nil)
        }
        if self.isChunked { self.outgoing.writeStaticString("\r\n") }
    }

    func end(_ context: ChannelHandlerContext) {
        if self.isChunked { self.outgoing.writeStaticString("0\r\n\r\n") }
    }

    func write(
        _ answer: Answer,
        to exchange: borrowing ProxiedExchange,
        settings: borrowing AnswerSettings,
        closes: Bool,
        _ context: ChannelHandlerContext
    ) {
        self.makeRoom()
        self.outgoing.writeStatus(answer.status)
        ResponseWriter.write(answer, to: exchange, settings: settings, into: &self.outgoing)
        self.writeEndOfHead(exchange, closes: closes)
        guard exchange.head.method != .HEAD else { return }
        self.isChunked = false
        self.send(answer.body, context)
    }

    func writeContinue(_ context: ChannelHandlerContext) {
        self.outgoing.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
    }

    func flush(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        if let promise {
            context.write(NIOAny(IOData.byteBuffer(self.outgoing)), promise: promise)
            self.outgoing.moveReaderIndex(forwardBy: self.outgoing.readableBytes)
        } else {
            self.passOn(context)
        }
        context.flush()
        // Usually the channel has written everything and let go of the storage, which is used again then.
        if self.outgoing.readableBytes == 0 { self.outgoing.clear() }
    }

    func rest() {
        self.outgoing = ByteBuffer()
    }

    private func makeRoom() {
        self.outgoing.reserveCapacity(minimumWritableBytes: 1024)
    }

    private func passOn(_ context: ChannelHandlerContext) {
        guard self.outgoing.readableBytes > 0 else { return }
        context.write(NIOAny(IOData.byteBuffer(self.outgoing)), promise: nil)
        self.outgoing.moveReaderIndex(forwardBy: self.outgoing.readableBytes)
    }

    private func writeEndOfHead(_ exchange: borrowing ProxiedExchange, closes: Bool) {
        if closes {
            self.outgoing.writeStaticString("Connection: close\r\n\r\n")
        } else if exchange.head.version == .http1_0 {
            self.outgoing.writeStaticString("Connection: keep-alive\r\n\r\n")
        } else {
            self.outgoing.writeStaticString("\r\n")
        }
    }
}

extension ByteBuffer: HeaderSink {
    mutating func addFixed(_ name: StaticString, _ value: StaticString) {
        self.writeStaticString(name)
        self.writeStaticString(": ")
        self.writeStaticString(value)
        self.writeStaticString("\r\n")
    }

    mutating func add(_ name: StaticString, _ value: (inout ByteBuffer) -> Void) {
        self.writeStaticString(name)
        self.writeStaticString(": ")
        value(&self)
        self.writeStaticString("\r\n")
    }

    mutating func add(_ name: String, _ value: String) {
        self.writeHeader(name, value)
    }

    fileprivate mutating func writeStatus(_ code: Int) {
        switch code {
        case 101: self.writeStaticString("HTTP/1.1 101 Switching Protocols\r\n")
        case 200: self.writeStaticString("HTTP/1.1 200 OK\r\n")
        case 201: self.writeStaticString("HTTP/1.1 201 Created\r\n")
        case 204: self.writeStaticString("HTTP/1.1 204 No Content\r\n")
        default:
            let status = HTTPResponseStatus(statusCode: code)
            self.writeString("HTTP/1.1 \(code) \(status.reasonPhrase)\r\n")
        }
    }
}
