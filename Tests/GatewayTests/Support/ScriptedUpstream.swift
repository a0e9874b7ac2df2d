import EventSourcing
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An instance of a service as the tests want it: answers by script and remembers what it was asked.
final class ScriptedUpstream: Sendable {
    /// What it has received of one request.
    struct Request: Sendable {
        let method: String
        let uri: String
        let headers: [(name: String, value: String)]
        /// Which connection it came over, counted from 1.
        let connection: Int
        var body: [UInt8] = []
        /// The body's length, also where the script does not keep it.
        var bodyLength = 0
        var isComplete = false

        func values(_ name: String) -> [String] {
            self.headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        }
    }

    /// What it does with a request.
    enum Step: Sendable {
        case answer(Int = 200, headers: [(String, String)] = [], String = "{}")
        /// So many bytes with Content-Length, or chunked.
        case stream(bytes: Int, chunked: Bool = false)
        /// A head that promises more than comes before the connection is closed.
        case dieInBody
        /// The connection is closed instead of an answer.
        case die
        /// No answer at all.
        case hang
        /// Exactly these bytes.
        case raw(String)
    }

    typealias Script = @Sendable (Request) -> Step

    private struct State {
        var requests: [Request] = []
        var connections = 0
        var open: [ObjectIdentifier: any Channel] = [:]
        var script: Script
        var readiness = Step.answer()
        var endedSessions: [UUID]? = []
        /// How to answer the requests that hang.
        var hanging: [@Sendable (Step) -> Void] = []
        /// How to send more after raw bytes, by the target of the request.
        var more: [String: @Sendable (String) -> Void] = [:]
        var impatience: Step?
    }

    let port: Int
    private let channel: any Channel
    private let state: SharedState

    private final class SharedState: Sendable {
        let value: Mutex<State>

        init(_ script: @escaping Script) {
            self.value = Mutex(State(script: script))
        }
    }

    private init(channel: any Channel, state: SharedState) {
        self.channel = channel
        self.port = channel.localAddress?.port ?? 0
        self.state = state
    }

    /// Starts one on a free port, or on the port of one that was stopped.
    static func start(
        host: String = "127.0.0.1",
        port: Int = 0,
        _ script: @escaping Script = { _ in .answer() }
    ) async throws -> ScriptedUpstream {
        let state = SharedState(script)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = state.value.withLock { state in
                        state.connections += 1
                        state.open[ObjectIdentifier(channel)] = channel
                        return state.connections
                    }
                    channel.closeFuture.whenComplete { _ in
                        state.value.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(channel)) }
                    }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
                    try channel.pipeline.syncOperations.addHandler(Handler(state: state, connection: number))
                }
            }
            .bind(host: host, port: port)
            .get()
        return ScriptedUpstream(channel: channel, state: state)
    }

    var url: String { "http://127.0.0.1:\(self.port)" }

    /// What clients asked for, without the gateway's own questions.
    var requests: [Request] {
        self.state.value.withLock { state in
            state.requests.filter { request in
                !["/health/ready", "/internal/sessions"].contains { request.uri.hasPrefix($0) }
                    && !request.uri.hasSuffix("jwks.json")
            }
        }
    }

    var connectionCount: Int { self.state.value.withLock { $0.connections } }

    func follow(_ script: @escaping Script) {
        self.state.value.withLock { $0.script = script }
    }

    /// What it says from now on when it is asked whether it is ready.
    func report(_ readiness: Step) {
        self.state.value.withLock { $0.readiness = readiness }
    }

    /// These sessions have ended.
    func end(_ sessions: UUID...) {
        self.state.value.withLock { $0.endedSessions = ($0.endedSessions ?? []) + sessions }
    }

    /// From now on it does not tell which sessions have ended.
    func hideSessions() {
        self.state.value.withLock { $0.endedSessions = nil }
    }

    /// Answers what hangs.
    func answerHanging(_ step: Step) {
        let hanging = self.state.value.withLock { state in
            defer { state.hanging = [] }
            return state.hanging
        }
        for answer in hanging { answer(step) }
    }

    /// Sends more bytes to whoever asked for this and got raw bytes.
    func sayMore(_ text: String, to target: String) {
        self.state.value.withLock { $0.more[target] }?(text)
    }

    /// What it does from now on as soon as a part of a body has come; `nil` waits for the whole request.
    func interrupt(with impatience: Step?) {
        self.state.value.withLock { $0.impatience = impatience }
    }

    /// Closes the port and every connection, like a process that is killed.
    func stop() async throws {
        try await self.channel.close()
        for channel in self.state.value.withLock({ Array($0.open.values) }) { channel.close(promise: nil) }
    }

    /// Cuts every connection, but stays.
    func cutConnections() {
        for channel in self.state.value.withLock({ Array($0.open.values) }) { channel.close(promise: nil) }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let state: SharedState
        private let connection: Int
        private var index = 0
        private var request: Request?

        init(state: SharedState, connection: Int) {
            self.state = state
            self.connection = connection
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch self.unwrapInboundIn(data) {
            case .head(let head):
                self.request = Request(
                    method: head.method.rawValue,
                    uri: head.uri,
                    headers: head.headers.map { ($0.name, $0.value) },
                    connection: self.connection
                )
                self.index = self.state.value.withLock { state in
                    state.requests.append(self.request ?? Request(method: "", uri: "", headers: [], connection: 0))
                    return state.requests.count - 1
                }
            case .body(let body):
                self.request?.bodyLength += body.readableBytes
                if body.readableBytes < 4096 { self.request?.body += Array(body.readableBytesView) }
                self.store()
                guard let impatience = self.state.value.withLock({ $0.impatience }) else { return }
                self.request = nil
                self.perform(impatience, context)
            case .end:
                self.request?.isComplete = true
                self.store()
                guard let request else { return }
                let state = self.state.value.withLock { $0 }
                let step =
                    switch request.uri {
                    case "/health/ready": state.readiness
                    case let uri where uri.hasPrefix("/internal/sessions/ended?"): Self.page(of: state.endedSessions)
                    default: state.script(request)
                    }
                self.perform(step, context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private static func page(of sessions: [UUID]?) -> Step {
            guard let sessions else { return .answer(503) }
            let now = RFC3339.string(Date())
            let entries = sessions.map { id in "{\"id\":\"\(id)\",\"ended_at\":\"\(now)\"}" }
            return .answer(200, "{\"as_of\":\"\(now)\",\"sessions\":[\(entries.joined(separator: ","))]}")
        }

        private func store() {
            guard let request else { return }
            self.state.value.withLock { $0.requests[self.index] = request }
        }

        private func perform(_ step: Step, _ context: ChannelHandlerContext) {
            switch step {
            case .answer(let status, let headers, let body):
                var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status))
                head.headers = HTTPHeaders(headers)
                if status != 204 { head.headers.add(name: "Content-Length", value: "\(body.utf8.count)") }
                context.write(self.wrapOutboundOut(.head(head)), promise: nil)
                if self.request?.method != "HEAD", status != 204 {
                    context.write(self.wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
                }
                context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
            case .stream(let bytes, let chunked):
                var head = HTTPResponseHead(version: .http1_1, status: .ok)
                if !chunked { head.headers.add(name: "Content-Length", value: "\(bytes)") }
                context.write(self.wrapOutboundOut(.head(head)), promise: nil)
                self.stream(bytes, NIOLoopBound(context, eventLoop: context.eventLoop))
            case .dieInBody:
                var head = HTTPResponseHead(version: .http1_1, status: .ok)
                head.headers.add(name: "Content-Length", value: "1000")
                context.write(self.wrapOutboundOut(.head(head)), promise: nil)
                let written = context.eventLoop.makePromise(of: Void.self)
                let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
                written.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
                let body = ByteBuffer(string: "only this")
                context.writeAndFlush(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: written)
            case .die:
                context.close(promise: nil)
            case .hang:
                let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
                let eventLoop = context.eventLoop
                self.state.value.withLock { state in
                    state.hanging.append { step in
                        eventLoop.execute { bound.value.handler.perform(step, bound.value.context) }
                    }
                }
            case .raw(let bytes):
                let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
                let eventLoop = context.eventLoop
                bound.value.channel.pipeline.syncOperations.writeRaw(bytes)
                let target = self.request?.uri ?? ""
                self.state.value.withLock { state in
                    state.more[target] = { text in
                        eventLoop.execute { bound.value.channel.pipeline.syncOperations.writeRaw(text) }
                    }
                }
            }
        }

        private func stream(_ rest: Int, _ bound: NIOLoopBound<ChannelHandlerContext>) {
            let context = bound.value
            guard rest > 0 else {
                return context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
            }
            let piece = ByteBuffer(repeating: 0x61, count: min(rest, 64 << 10))
            let size = piece.readableBytes
            let written = context.eventLoop.makePromise(of: Void.self)
            let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
            written.futureResult.whenSuccess { handler.value.stream(rest - size, bound) }
            context.writeAndFlush(self.wrapOutboundOut(.body(.byteBuffer(piece))), promise: written)
        }
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// Writes past the HTTP encoder.
    fileprivate func writeRaw(_ text: String) {
        guard let head = try? self.context(handlerType: HTTPResponseEncoder.self) else { return }
        head.writeAndFlush(NIOAny(IOData.byteBuffer(ByteBuffer(string: text))), promise: nil)
    }
}
