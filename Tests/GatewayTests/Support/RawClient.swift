import NIOCore
import NIOPosix
import Synchronization
import TestKit

/// A client that sends exactly the bytes it is given, and reads answers one by one.
final class RawClient: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: String

        func value(_ name: String) -> String? {
            self.headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    private struct State {
        var bytes: [UInt8] = []
        var received = 0
        var isClosed = false
    }

    private final class Inbox: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let state = Mutex(State())
        let keeps: Bool
        let closesWithServer: Bool

        init(keeps: Bool, closesWithServer: Bool) {
            self.keeps = keeps
            self.closesWithServer = closesWithServer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = self.unwrapInboundIn(data)
            self.state.withLock { state in
                state.received += bytes.readableBytes
                if self.keeps { state.bytes += Array(buffer: bytes) }
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.state.withLock { $0.isClosed = true }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard case ChannelEvent.inputClosed = event else { return }
            self.state.withLock { $0.isClosed = true }
            if self.closesWithServer { context.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    let channel: any Channel
    private let inbox: Inbox

    private init(channel: any Channel, inbox: Inbox) {
        self.channel = channel
        self.inbox = inbox
    }

    /// Connects.
    ///
    /// - Parameters:
    ///   - port: On this machine.
    ///   - keeps: Whether bytes are kept, or only counted.
    ///   - autoRead: Whether it reads without being asked.
    ///   - closesWithServer: Whether it sends nothing more after the server has sent its last byte.
    static func connect(
        _ port: Int,
        keeps: Bool = true,
        autoRead: Bool = true,
        closesWithServer: Bool = true
    ) async throws -> RawClient {
        let inbox = Inbox(keeps: keeps, closesWithServer: closesWithServer)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: autoRead)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(inbox) }
            }
            .connect(host: "127.0.0.1", port: port)
            .get()
        return RawClient(channel: channel, inbox: inbox)
    }

    var received: Int { self.inbox.state.withLock { $0.received } }
    /// What has come and was not read as an answer.
    var text: String { self.inbox.state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }
    var isClosed: Bool { self.inbox.state.withLock { $0.isClosed } }

    func send(_ text: String) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(string: text))
    }

    func send(_ bytes: ByteBuffer) async throws {
        try await self.channel.writeAndFlush(bytes)
    }

    func close() async throws {
        do {
            try await self.channel.close()
        } catch ChannelError.alreadyClosed {
            // The gateway was faster.
        }
    }

    /// The next complete answer.
    func answer(toHead: Bool = false, within limit: Duration = .seconds(10)) async throws -> Answer {
        var answer: Answer?
        try await eventually(within: limit, "an answer") {
            answer = self.inbox.state.withLock { state in
                guard let (answer, length) = Self.parse(state.bytes, toHead: toHead, isClosed: state.isClosed) else {
                    return nil
                }
                state.bytes.removeFirst(length)
                return answer
            }
            return answer != nil
        }
        guard let answer else { throw NoAnswer() }
        return answer
    }

    /// Waits for the end of the connection; what has come and was not read as an answer.
    func rest() async throws -> String {
        try await eventually("the end of the connection") { self.isClosed }
        return self.text
    }

    struct NoAnswer: Error {}

    private static func parse(_ bytes: [UInt8], toHead: Bool, isClosed: Bool) -> (Answer, Int)? {
        let text = String(decoding: bytes, as: Unicode.ASCII.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let status = Int(first.split(separator: " ")[1]) else { return nil }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (name: String(parts[0]), value: parts.count > 1 ? String(parts[1].dropFirst()) : "")
        }
        let headLength = text[..<end.upperBound].utf8.count
        let head = Answer(status: status, headers: headers, body: "")
        if toHead || status == 204 || status == 304 || status == 100 || status == 101 { return (head, headLength) }
        let rest = bytes[headLength...]
        if let length = head.value("Content-Length").flatMap({ Int($0) }) {
            guard rest.count >= length else { return nil }
            let body = String(decoding: rest.prefix(length), as: UTF8.self)
            return (Answer(status: status, headers: headers, body: body), headLength + length)
        }
        if head.value("Transfer-Encoding") == "chunked" {
            guard let (body, length) = Self.unchunk(Array(rest)) else { return nil }
            return (Answer(status: status, headers: headers, body: body), headLength + length)
        }
        guard isClosed else { return nil }
        return (Answer(status: status, headers: headers, body: String(decoding: rest, as: UTF8.self)), bytes.count)
    }

    private static func unchunk(_ bytes: [UInt8]) -> (String, Int)? {
        var body: [UInt8] = []
        var position = 0
        while true {
            guard let end = bytes[position...].firstIndex(of: 0x0D) else { return nil }
            guard let size = Int(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16) else { return nil }
            let start = end + 2
            guard bytes.count >= start + size + 2 else { return nil }
            body += bytes[start..<start + size]
            position = start + size + 2
            if size == 0 { return (String(decoding: body, as: UTF8.self), position) }
        }
    }
}

extension String {
    /// Where a text is; Foundation's function without Foundation.
    fileprivate func range(of text: String) -> Range<String.Index>? {
        self.utf8.count < text.utf8.count ? nil : self.firstRange(of: text)
    }
}
