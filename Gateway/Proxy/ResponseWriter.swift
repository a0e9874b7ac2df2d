internal import NIOCore
internal import NIOHTTP1

/// Writes the answers that a client gets.
enum ResponseWriter {
    /// How the client learns where the body ends.
    enum Framing {
        case none
        case length
        case chunked
        case close
    }

    /// Appends status line and headers of a service's answer, and says how its body has to be framed.
    static func write(
        _ response: HTTPResponseHead,
        to exchange: borrowing ProxiedExchange,
        settings: borrowing AnswerSettings,
        closes: Bool,
        into buffer: inout ByteBuffer
    ) -> Framing {
        buffer.writeStatus(Int(response.status.code))
        var length: String?
        var isChunked = false
        let dropped = response.headers.contains(name: "connection") ? response.connectionOptions : []
        for (name, value) in response.headers {
            switch HeaderRules.response(name) {
            case .pass:
                if !dropped.isEmpty, dropped.contains(name.lowercased()) { continue }
                buffer.writeHeader(name, value)
            case .contentLength: length = value
            case .transferEncoding: isChunked = true
            case .connection, .drop: continue
            }
        }
        let framing = Self.framing(response, to: exchange, length: isChunked ? nil : length)
        if let length, !isChunked, response.status.code != 204 { buffer.writeHeader("Content-Length", length) }
        if case .chunked = framing { buffer.writeStaticString("Transfer-Encoding: chunked\r\n") }
        if case .close = framing {
            Self.writeCommon(exchange, settings: settings, closes: true, into: &buffer)
        } else {
            Self.writeCommon(exchange, settings: settings, closes: closes, into: &buffer)
        }
        return framing
    }

    /// Appends a complete answer of the gateway's own.
    static func write(
        _ answer: Answer,
        to exchange: borrowing ProxiedExchange,
        settings: borrowing AnswerSettings,
        closes: Bool,
        into buffer: inout ByteBuffer
    ) {
        buffer.writeStatus(answer.status)
        for (name, value) in answer.headers { buffer.writeHeader(name, value) }
        if answer.status != 204 {
            buffer.writeHeader("Content-Type", answer.contentType)
            buffer.writeHeader("Content-Length", String(answer.body.count))
        }
        Self.writeCommon(exchange, settings: settings, closes: closes, into: &buffer)
        if exchange.head.method != .HEAD { buffer.writeBytes(answer.body) }
    }

    private static func framing(
        _ response: HTTPResponseHead,
        to exchange: borrowing ProxiedExchange,
        length: String?
    ) -> Framing {
        let code = response.status.code
        if exchange.head.method == .HEAD || code == 204 || code == 304 { return .none }
        if length != nil { return .length }
        return exchange.head.version == .http1_1 ? .chunked : .close
    }

    /// What every answer carries, and the empty line.
    private static func writeCommon(
        _ exchange: borrowing ProxiedExchange,
        settings: borrowing AnswerSettings,
        closes: Bool,
        into buffer: inout ByteBuffer
    ) {
        buffer.writeStaticString("X-Correlation-ID: ")
        buffer.writeString(exchange.correlationID)
        buffer.writeStaticString("\r\nX-Content-Type-Options: nosniff\r\n")
        if let limit = exchange.limit { limit.writeHeaders(into: &buffer) }
        if let origin = exchange.origin, settings.allows(origin: origin) {
            buffer.writeStaticString("Access-Control-Allow-Origin: ")
            buffer.writeString(origin)
            buffer.writeStaticString("\r\nVary: Origin\r\nAccess-Control-Expose-Headers: ")
            buffer.writeStaticString("X-Correlation-ID, RateLimit, RateLimit-Policy, Retry-After, ETag, Location\r\n")
        }
        if closes {
            buffer.writeStaticString("Connection: close\r\n\r\n")
        } else if exchange.head.version == .http1_0 {
            buffer.writeStaticString("Connection: keep-alive\r\n\r\n")
        } else {
            buffer.writeStaticString("\r\n")
        }
    }
}

extension HTTPResponseHead {
    /// The names of headers that are about the connection to the service, and stay there.
    fileprivate var connectionOptions: [String] {
        self.headers["connection"].flatMap(\.connectionOptions)
    }
}

extension String {
    /// The names in a `Connection` header that are names of headers.
    var connectionOptions: [String] {
        if self.isCaseInsensitively("keep-alive") || self.isCaseInsensitively("close") { return [] }
        return self.split(separator: ",").map { name in
            name.trimming(while: { $0 == " " || $0 == "\t" }).lowercased()
        }
    }
}

extension Substring {
    /// Without the characters at both ends that fit.
    func trimming(while fits: (Character) -> Bool) -> Substring {
        var rest = self.drop(while: fits)
        while let last = rest.last, fits(last) { rest.removeLast() }
        return rest
    }
}

extension ByteBuffer {
    fileprivate mutating func writeStatus(_ code: Int) {
        switch code {
        case 200: self.writeStaticString("HTTP/1.1 200 OK\r\n")
        case 201: self.writeStaticString("HTTP/1.1 201 Created\r\n")
        case 204: self.writeStaticString("HTTP/1.1 204 No Content\r\n")
        default:
            let status = HTTPResponseStatus(statusCode: code)
            self.writeString("HTTP/1.1 \(code) \(status.reasonPhrase)\r\n")
        }
    }
}
