internal import NIOCore
internal import NIOHTTP1

/// Writes the request that a service gets: from the parsed parts, never from the client's bytes.
enum RequestWriter {
    /// Appends request line and headers.
    ///
    /// - Parameters:
    ///   - exchange: The request; its target and headers have been checked.
    ///   - host: The value of `Host`.
    ///   - timeout: After how many milliseconds nobody waits for the answer any more.
    ///   - buffer: Where to.
    static func write(
        _ exchange: borrowing ProxiedExchange,
        host: String,
        timeout: Int64,
        into buffer: inout ByteBuffer
    ) {
        let head = exchange.head
        buffer.writeString(head.method.rawValue)
        buffer.writeStaticString(" ")
        buffer.writeString(head.uri)
        buffer.writeStaticString(" HTTP/1.1\r\nHost: ")
        buffer.writeString(host)
        buffer.writeStaticString("\r\n")
        for (name, value) in head.headers {
            switch HeaderRules.request(name) {
            case .pass, .authorization, .idempotencyKey, .origin:
                if !exchange.connectionHeaders.isEmpty, exchange.connectionHeaders.contains(name.lowercased()) {
                    continue
                }
                buffer.writeHeader(name, value)
            case .drop, .connection, .contentLength, .correlationID, .expect, .forwardedFor, .forwardedProto, .host,
                .traceParent,
                .transferEncoding, .upgrade:
                continue
            }
        }
        buffer.writeStaticString("X-Forwarded-For: ")
        buffer.writeString(exchange.client.text)
        buffer.writeStaticString("\r\nX-Forwarded-Proto: ")
        buffer.writeString(exchange.scheme)
        buffer.writeStaticString("\r\nX-Correlation-ID: ")
        buffer.writeString(exchange.correlationID)
        buffer.writeStaticString("\r\ntraceparent: ")
        buffer.writeString(exchange.traceParent)
        buffer.writeStaticString("\r\nX-Request-Timeout: ")
        buffer.writeString(String(timeout))
        if exchange.wantsWebSocket { buffer.writeStaticString("\r\nConnection: upgrade\r\nUpgrade: websocket") }
        switch exchange.framing {
        case .length(let length):
            buffer.writeStaticString("\r\nContent-Length: ")
            buffer.writeString(String(length))
        case .chunked:
            buffer.writeStaticString("\r\nTransfer-Encoding: chunked")
        case .none:
            break
        }
        buffer.writeStaticString("\r\n\r\n")
    }
}

extension ByteBuffer {
    /// Appends `name: value` and the end of the line.
    mutating func writeHeader(_ name: String, _ value: String) {
        self.writeString(name)
        self.writeStaticString(": ")
        self.writeString(value)
        self.writeStaticString("\r\n")
    }

    /// Appends the head of a chunk (RFC 9112 section 7.1).
    mutating func writeChunkHead(length: Int) {
        self.writeString(String(length, radix: 16))
        self.writeStaticString("\r\n")
    }
}
