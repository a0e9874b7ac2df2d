import Configuration
import Contracts
import FoundationEssentials
import Logging
import NIOCore
import NIOPosix
import Redis
import ServiceKit
import ServiceLifecycle
import Synchronization
import TestKit

@testable import Gateway

/// A whole gateway in this process, with scripted services behind it and real Redis.
struct TestGateway: Sendable {
    let port: Int
    let user: ScriptedUpstream
    let lesson: ScriptedUpstream
    let student: [ScriptedUpstream]
    let signer: TokenSigner
    let application: GatewayApplication
    /// Has the user service show the public keys.
    let serveKeys: @Sendable () -> Void
    /// Hears nothing.
    let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    /// Starts the graceful end.
    let stop: @Sendable () async -> Void
    /// Lines of the access log.
    let log: CapturedLog

    /// Lends a running gateway to `body` and stops it afterwards.
    ///
    /// - Parameters:
    ///   - variables: Settings that differ from the usual.
    ///   - students: How many instances the student service has.
    ///   - limits: How much a client may take.
    ///   - drainPeriod: How long it takes new clients after it was asked to stop.
    ///   - hasKeys: Whether the user service shows the public keys from the beginning.
    ///   - knowsSessions: Whether the user service tells which sessions have ended.
    ///   - routes: Other routes than the platform's.
    ///   - resolver: What host names stand for.
    ///   - discoveryInterval: How often they are looked up.
    ///   - group: The event loops; one, where it matters which requests meet.
    ///   - keyPrefix: What limits are kept under; the same for gateways that share them.
    ///   - redisBudget: How long Redis may take; much, because the machine is busy with other tests.
    ///   - key: What the user service signs tokens with.
    static func with<R: Sendable>(
        _ variables: [String: String] = [:],
        students: Int = 1,
        limits: ConnectionLimits = ConnectionLimits(),
        drainPeriod: Duration = .zero,
        hasKeys: Bool = true,
        knowsSessions: Bool = true,
        routes: [RouteDefinition]? = nil,
        resolver: HostResolver = HostResolver(),
        discoveryInterval: Duration = InstanceDiscovery.interval,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        keyPrefix: String = "test:\(UUID().uuidString):",
        key: SigningKey = SigningKey(id: "test-key"),
        redisBudget: Duration = .seconds(5),
        _ body: @escaping @Sendable (TestGateway) async throws -> R
    ) async throws -> R {
        let keys = String(decoding: try JSONEncoder().encode(JSONWebKeySet(keys: [key.publicKey])), as: UTF8.self)
        let serveKeys: ScriptedUpstream.Script = { request in
            request.uri.hasSuffix("jwks.json") ? .answer(200, keys) : .answer(200, "{\"from\":\"user\"}")
        }
        let refuse: ScriptedUpstream.Script = { _ in .answer(503) }
        let user = try await ScriptedUpstream.start(hasKeys ? serveKeys : refuse)
        if !knowsSessions { user.hideSessions() }
        let lesson = try await ScriptedUpstream.start()
        var student: [ScriptedUpstream] = []
        for number in 0..<students {
            student.append(try await ScriptedUpstream.start { _ in .answer(200, "{\"instance\":\(number)}") })
        }
        let redis = try TestServers.url("TEST_REDIS_URL")
        let settings = [
            "HOST": "127.0.0.1", "GATEWAY_PORT": "1", "USER_SERVICE_URLS": user.url, "LESSON_SERVICE_URLS": lesson.url,
            "STUDENT_SERVICE_URLS": student.map(\.url).joined(separator: ","), "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": "\(redis.port ?? 6379)", "INTERNAL_SERVICE_KEY": "0123456789abcdef0123456789abcdef",
            "RATE_LIMIT_PER_MINUTE": "100000",
        ].merging(variables) { $1 }
        var configuration = try ConfigurationReader.read(from: .variables(settings)) { GatewayConfiguration(&$0) }
        configuration.port = 0
        configuration.redis.commandTimeout = redisBudget
        let log = CapturedLog()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let listening = Listening()
        let application = try await GatewayApplication(
            configuration,
            routes: routes.map { .definitions($0) } ?? (configuration.routesFile.map { .file($0) } ?? .builtIn),
            source: LogSource(service: "api-gateway", instance: "test"),
            limits: limits,
            drainPeriod: drainPeriod,
            keyPrefix: keyPrefix,
            resolver: resolver,
            discoveryInterval: discoveryInterval,
            group: group,
            logger: logger,
            logSink: LogSink { log.append($0) },
            onListening: { listening.set($0) }
        )
        let group = ServiceGroup(services: application.services, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("the gateway listens") { listening.port != nil }
            let gateway = TestGateway(
                port: listening.port ?? 0,
                user: user,
                lesson: lesson,
                student: student,
                signer: TokenSigner(key: key),
                application: application,
                serveKeys: { user.follow(serveKeys) },
                stop: { await group.triggerGracefulShutdown() },
                log: log
            )
            // With TLS the tests ask by themselves: the client here speaks plain HTTP.
            if hasKeys, configuration.certificate == nil {
                try await eventually("the keys are there") { try await gateway.knowsKeys() }
            }
            let result: Result<R, any Error>
            do {
                result = .success(try await body(gateway))
            } catch {
                result = .failure(error)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            for upstream in [user, lesson] + student { try? await upstream.stop() }
            return try result.get()
        }
    }

    /// A token of a new person.
    func token(_ role: PersonRole = .tutor, id: UUID = UUID(), session: UUID = UUID()) throws -> String {
        try self.signer.sign(Principal(id: id, role: role, sessionID: session))
    }

    func connect() async throws -> RawClient {
        try await RawClient.connect(self.port)
    }

    /// Sends one request over a connection of its own.
    func send(
        _ method: String,
        _ path: String,
        headers: [String] = [],
        token: String? = nil,
        body: String? = nil
    ) async throws -> RawClient.Answer {
        let client = try await self.connect()
        var lines = ["\(method) \(path) HTTP/1.1", "Host: gateway", "Connection: close"] + headers
        if let token { lines.append("Authorization: Bearer \(token)") }
        if let body { lines.append("Content-Length: \(body.utf8.count)") }
        try await client.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
        let answer = try await client.answer(toHead: method == "HEAD")
        try await client.close()
        return answer
    }

    /// Sends requests without waiting, over one connection.
    func burst(_ count: Int, _ method: String, _ path: String, token: String? = nil) async throws -> [RawClient.Answer]
    {
        let client = try await self.connect()
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let request = "\(method) \(path) HTTP/1.1\r\nHost: gateway\r\nContent-Length: 0\r\n\(authorization)\r\n"
        try await client.send(String(repeating: request, count: count))
        var answers: [RawClient.Answer] = []
        for _ in 0..<count { answers.append(try await client.answer()) }
        try await client.close()
        return answers
    }

    private func knowsKeys() async throws -> Bool {
        let isReady = try await self.send("GET", "/health/ready").status == 200
        return try await self.send("GET", "/api/v1/users", token: self.token()).status == 200 && isReady
    }

    private final class Listening: Sendable {
        private let value = Mutex<Int?>(nil)
        var port: Int? { self.value.withLock { $0 } }

        func set(_ port: Int) {
            self.value.withLock { $0 = port }
        }
    }
}

extension EventLoopGroup where Self == MultiThreadedEventLoopGroup {
    /// One loop for everybody who asks for it.
    static var oneLoop: Self { theOneLoop }
}

private let theOneLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1)

/// Log lines, kept.
final class CapturedLog: Sendable {
    private let text = Mutex("")

    func append(_ bytes: [UInt8]) {
        self.text.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
    }

    var lines: [String] { self.text.withLock { $0.split(separator: "\n").map(String.init) } }
}
