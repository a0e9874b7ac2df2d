internal import NIOCore
internal import NIOHTTP1

/// Writes the answer of one HTTP/2 stream, whose pipeline turns the parts into frames (RFC 9113).
final class HTTP2ClientEncoder: ClientEncoder {
    let isMultiplexed = true

    func begin(
        _ response: HTTPResponseHead,
        to exchange: borrowing ProxiedExchange,
        settings: borrowing AnswerSettings,
        closes: Bool,
        _ context: ChannelHandlerContext
    ) -> Bool {
        var fields = HeaderFields()
        let framing = ResponseFraming(response, to: exchange)
        ResponseWriter.write(response, framing, to: exchange, settings: settings, into: &fields)
        self.write(.head(HTTPResponseHead(version: .http2, status: response.status, headers: fields.headers)), context)
        return false
    }

    func send(_ body: ByteBuffer, _ context: ChannelHandlerContext) {
        guard body.readableBytes > 0 else { return }
        self.write(.body(.byteBuffer(body)), context)
    }

    func end(_ context: ChannelHandlerContext) {
        self.write(.end(nil), context)
    }

    func write(
        _ answer: Answer,
        to exchange: borrowing ProxiedExchange,
        settings: borrowing AnswerSettings,
        closes: Bool,
        _ context: ChannelHandlerContext
    ) {
        var fields = HeaderFields()
        ResponseWriter.write(answer, to: exchange, settings: settings, into: &fields)
        let status = HTTPResponseStatus(statusCode: answer.status)
        self.write(.head(HTTPResponseHead(version: .http2, status: status, headers: fields.headers)), context)
        if exchange.head.method != .HEAD { self.send(answer.body, context) }
        self.end(context)
    }

    func writeContinue(_ context: ChannelHandlerContext) {
        self.write(.head(HTTPResponseHead(version: .http2, status: .continue)), context)
    }

    func flush(_ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        context.flush()
        promise?.succeed()
    }

    func rest() {
        // Nothing is kept here.
    }

    private func write(_ part: HTTPServerResponsePart, _ context: ChannelHandlerContext) {
        context.write(NIOAny(part), promise: nil)
    }
}

/// Headers as fields, their names in lower case (RFC 9113 section 8.2.1).
private struct HeaderFields: HeaderSink {
    private(set) var headers = HTTPHeaders()
    private var scratch = ByteBuffer()

    mutating func addFixed(_ name: StaticString, _ value: StaticString) {
        self.add("\(name)", "\(value)")
    }

    mutating func add(_ name: StaticString, _ value: (inout ByteBuffer) -> Void) {
        self.scratch.clear()
        value(&self.scratch)
        self.add("\(name)", String(buffer: self.scratch))
    }

    mutating func add(_ name: String, _ value: String) {
        self.headers.add(name: name.lowercased(), value: value)
    }
}
