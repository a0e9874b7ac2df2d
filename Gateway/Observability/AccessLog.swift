internal import NIOCore
internal import NIOHTTP1
internal import ServiceKit

/// One line of JSON per request, in the shape of every other log line of the platform.
///
/// Lines are collected per event loop and handed over a few times a second.
final class AccessLog: Sendable {
    private let prefix: String
    private let sink: LogSink

    /// - Parameters:
    ///   - source: Which program and process writes.
    ///   - sink: Takes whole lines, many at once, and does not keep anybody waiting.
    init(source: LogSource, sink: LogSink) {
        self.prefix =
            "\",\"level\":\"info\",\"service\":\"\(source.service)\",\"instance\":\"\(source.instance)\",\"logger\":\"access\""
        self.sink = sink
    }

    /// Appends the line of one request.
    ///
    /// The query is left out: it may hold what is nobody's business.
    func write(_ exchange: borrowing ProxiedExchange, duration: TimeAmount, into buffer: inout ByteBuffer) {
        buffer.writeStaticString("{\"ts\":\"")
        WallClock.now().write(into: &buffer)
        buffer.writeString(self.prefix)
        buffer.writeStaticString(",\"correlation_id\":\"")
        buffer.writeString(exchange.correlationID)
        buffer.writeStaticString("\",\"method\":\"")
        buffer.writeString(exchange.head.method.rawValue)
        buffer.writeStaticString("\",\"path\":\"")
        buffer.writeLogPath(exchange.head.uri)
        buffer.writeStaticString("\",\"status\":")
        buffer.writeString(String(exchange.status))
        buffer.writeStaticString(",\"duration_us\":")
        buffer.writeString(String(duration.nanoseconds / 1000))
        buffer.writeStaticString(",\"request_bytes\":")
        buffer.writeString(String(exchange.requestBytes))
        buffer.writeStaticString(",\"response_bytes\":")
        buffer.writeString(String(exchange.responseBytes))
        buffer.writeStaticString(",\"client\":\"")
        buffer.writeString(exchange.client.text)
        if case .person(let person) = exchange.caller {
            buffer.writeStaticString("\",\"user\":\"")
            buffer.writeString(person.limitKey)
        }
        if let instance = exchange.instance ?? exchange.lastInstance {
            buffer.writeStaticString("\",\"upstream\":\"")
            buffer.writeString(instance.authority)
        }
        if exchange.isAborted { buffer.writeStaticString("\",\"aborted\":\"client") }
        if exchange.attempts > 1 {
            buffer.writeStaticString("\",\"attempts\":")
            buffer.writeString(String(exchange.attempts))
            buffer.writeStaticString("}\n")
        } else {
            buffer.writeStaticString("\"}\n")
        }
    }

    /// Has the lines written.
    func flush(_ lines: ByteBuffer) {
        self.sink.write(Array(lines.readableBytesView))
    }
}

extension ByteBuffer {
    /// The path without the query, for a JSON string: what is not printable ASCII becomes a question mark.
    fileprivate mutating func writeLogPath(_ target: String) {
        for byte in target.utf8 {
            if byte == UInt8(ascii: "?") { return }
            let isPlain = (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            self.writeInteger(isPlain ? byte : UInt8(ascii: "?"))
        }
    }
}
