import FoundationEssentials
import NIOCore
import NIOPosix
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("WebSockets and streams")
    struct UpgradeTests {
        private static let handshake = """
            GET /socket HTTP/1.1\r\nHost: g\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n
            """

        private static func routes(_ port: Int = 0) -> [RouteDefinition] {
            [
                RouteDefinition("/api/v1/users", .service(.user), .token),
                RouteDefinition("/health/ready", .gateway(.ready), .open, .probe),
                RouteDefinition("/socket", .service(.lesson), .token, allowsUpgrade: true),
                RouteDefinition("/plain", .service(.lesson), .token),
                RouteDefinition("/stream", .service(.lesson), .token, isStream: true),
            ]
        }

        @Test("After the service has agreed bytes flow both ways, whatever they are and however many")
        func tunnel() async throws {
            let echo = try await EchoSocket.start()
            try await TestGateway.with(["LESSON_SERVICE_URLS": echo.url], routes: Self.routes()) { gateway in
                let token = try gateway.token()
                let client = try await gateway.connect()
                try await client.send(Self.handshake + "Authorization: Bearer \(token)\r\nX-User-Id: 1\r\n\r\n")
                let answer = try await client.answer()
                #expect(answer.status == 101)
                #expect(answer.value("Upgrade") == "websocket" && answer.value("Connection") == "upgrade")
                #expect(answer.value("Sec-WebSocket-Accept") == "as-the-service-says")
                #expect(answer.value("X-Correlation-ID") != nil && answer.value("RateLimit") != nil)
                // Sent by the service together with its agreement.
                try await eventually("the greeting") { client.text == "hello" }
                #expect(echo.head.contains("upgrade: websocket") && echo.head.contains("sec-websocket-key: dghl"))
                #expect(!echo.head.contains("x-user-id"))

                let size = 8 << 20
                try await client.send(ByteBuffer(repeating: 0xFF, count: size))
                try await eventually(within: .seconds(20), "all of it comes back") { client.received > size }
                try await client.close()
                try await eventually("the service hears of the end") { echo.connectionCount == 0 }
                try await eventually("it is in the log") {
                    gateway.log.lines.contains { $0.contains("\"/socket\"") && $0.contains("\"status\":101") }
                }
            }
            try await echo.stop()
        }

        @Test("The service ends it: the client's connection ends; the gateway stops: both end")
        func ends() async throws {
            let echo = try await EchoSocket.start()
            try await TestGateway.with(["LESSON_SERVICE_URLS": echo.url], routes: Self.routes()) { gateway in
                let head = Self.handshake + "Authorization: Bearer \(try gateway.token())\r\n\r\n"
                let (one, other) = (try await gateway.connect(), try await gateway.connect())
                for client in [one, other] {
                    try await client.send(head)
                    #expect(try await client.answer().status == 101)
                }
                try await one.send("bye")
                try await eventually("the service has gone") { one.isClosed }
                #expect(!other.isClosed)
                #expect(gateway.application.workers.connectionCount >= 1)
                await gateway.stop()
                try await eventually("the gateway has gone") { other.isClosed }
            }
            try await echo.stop()
        }

        @Test("With the session everything ends that was opened with its token and stays open")
        func sessionEnds() async throws {
            let echo = try await EchoSocket.start()
            try await TestGateway.with(["LESSON_SERVICE_URLS": echo.url], routes: Self.routes()) { gateway in
                let session = UUID()
                let (own, other) = (try await gateway.connect(), try await gateway.connect())
                for (client, token) in [(own, try gateway.token(session: session)), (other, try gateway.token())] {
                    try await client.send(Self.handshake + "Authorization: Bearer \(token)\r\n\r\n")
                    #expect(try await client.answer().status == 101)
                }
                gateway.user.end(session)
                try await eventually("the socket of the session is closed") { own.isClosed }
                #expect(!other.isClosed)
            }
            try await echo.stop()
        }

        @Test("Where no route allows it, and without a token, a request to upgrade is a request like any other")
        func refused() async throws {
            try await TestGateway.with(routes: Self.routes()) { gateway in
                let token = try gateway.token()
                let client = try await gateway.connect()
                try await client.send(
                    Self.handshake.replacing("/socket", with: "/plain") + "Authorization: Bearer \(token)\r\n\r\n"
                )
                #expect(try await client.answer().status == 200)
                #expect(gateway.lesson.requests.last?.values("Upgrade") == [])
                let stranger = try await gateway.connect()
                try await stranger.send(Self.handshake + "\r\n")
                #expect(try await stranger.answer().status == 401)
                // A service that changes the protocol unasked.
                gateway.lesson.follow { _ in .raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n") }
                #expect(try await gateway.send("GET", "/plain", token: token).status == 503)
            }
        }

        @Test("Events reach the client as they come; the stream may pause, and ends when the gateway stops")
        func events() async throws {
            var limits = ConnectionLimits()
            limits.stallTimeout = .milliseconds(200)
            try await TestGateway.with(limits: limits, routes: Self.routes()) { gateway in
                let token = try gateway.token()
                let first = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n"
                gateway.lesson.follow { _ in .raw(first) }
                let client = try await gateway.connect()
                try await client.send("GET /stream HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n")
                try await eventually("the first event") { client.text.contains("data: 1\n\n") }
                // The same silence ends an answer that is no stream.
                let plain = try await gateway.connect()
                try await plain.send("GET /plain HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n")
                try await eventually("that one is cut") { plain.isClosed }
                #expect(!client.isClosed)
                gateway.lesson.sayMore("data: 2\n\n", to: "/stream")
                try await eventually("the second event") { client.text.contains("data: 2\n\n") }
                await gateway.stop()
                try await eventually("the end") { client.isClosed }
            }
        }
    }
}
