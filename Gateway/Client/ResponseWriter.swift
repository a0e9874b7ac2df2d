internal import NIOCore
internal import NIOHTTP1

/// Writes the headers of the answers that a client gets.
enum ResponseWriter {
    /// Writes the headers of a service's answer: what may pass, and the gateway's own.
    static func write(
        _ response: HTTPResponseHead,
        _ framing: ResponseFraming,
        to exchange: borrowing ProxiedExchange,
        settings: borrowing AnswerSettings,
        into sink: inout some HeaderSink
    ) {
        var length: String?
        var isChunked = false
        var own = OwnHeaders()
        let dropped = response.headers.contains(name: "connection") ? response.connectionOptions : []
        for (name, value) in response.headers {
            let rule = HeaderRules.response(name)
            switch rule {
            case .pass, .cacheControl, .securityPolicy:
                if !dropped.isEmpty, dropped.contains(name.lowercased()) { continue }
                own.see(rule)
                sink.add(name, value)
            case .contentLength: length = value
            case .transferEncoding: isChunked = true
            case .connection, .drop: continue
            }
        }
        // Of an answer without a body the length tells what the body would have (RFC 9110 section 8.6).
        if let length, !isChunked, response.status.code >= 200, response.status.code != 204 {
            sink.add("Content-Length", length)
        }
        if framing == .chunked, exchange.head.version.major == 1 { sink.addFixed("Transfer-Encoding", "chunked") }
        own.write(to: exchange, settings: settings, into: &sink)
    }

    /// Writes the headers of a complete answer of the gateway's own.
    static func write(
        _ answer: Answer,
        to exchange: borrowing ProxiedExchange,
        settings: borrowing AnswerSettings,
        into sink: inout some HeaderSink
    ) {
        var own = OwnHeaders()
        for (name, value) in answer.headers {
            own.see(HeaderRules.response(name))
            sink.add(name, value)
        }
        if answer.status != 204, answer.status != 304 {
            sink.add("Content-Type", answer.contentType)
            sink.add("Content-Length", String(answer.body.readableBytes))
        }
        own.write(to: exchange, settings: settings, into: &sink)
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
