import Contracts
import NIOCore
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("Crowds that are slow, or send too much (GW-4, cases 39 and 40)")
    struct SlowClientTests {
        /// Five hundred connections from here, and patience that a test has.
        private static let settings = ["CONNECTIONS_PER_ADDRESS": "2000"]

        private static var limits: ConnectionLimits {
            var limits = ConnectionLimits()
            limits.headerTimeout = .seconds(2)
            limits.stallTimeout = .seconds(2)
            return limits
        }

        private static let routes = [
            RouteDefinition("/api/v1/users", .service(.user), .token),
            RouteDefinition("/health/ready", .gateway(.ready), .open, .probe),
            RouteDefinition("/api/v1/lessons", .service(.lesson), .token, timeout: .seconds(3)),
        ]

        @Test(
            "Case 40: five hundred heads or bodies that do not end, or answers that nobody reads, are cut off; others are served",
            arguments: ["head", "body", "answer"]
        )
        func slowloris(part: String) async throws {
            try await TestGateway.with(Self.settings, limits: Self.limits, routes: Self.routes) { gateway in
                let token = try gateway.token()
                gateway.lesson.follow { $0.uri.hasSuffix("/long") ? .stream(bytes: 64 << 20) : .answer() }
                let request = "/api/v1/lessons/long HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n"
                let text =
                    switch part {
                    case "head": "GET \(request)"
                    case "body": "POST \(request)Content-Length: 1000\r\n\r\nbegun"
                    default: "GET \(request)\r\n"
                    }
                // So many who do not read would fill the memory with what the services send.
                let count = part == "answer" ? 50 : 500
                let crowd = try await withThrowingTaskGroup(of: RawClient.self) { group in
                    for _ in 0..<count {
                        group.addTask {
                            let client = try await RawClient.connect(
                                gateway.port,
                                keeps: false,
                                autoRead: part != "answer",
                                closesWithServer: false
                            )
                            try await client.send(text)
                            return client
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                for _ in 0..<20 {
                    #expect(try await gateway.send("GET", "/api/v1/lessons/1", token: token).status == 200)
                }
                try await eventually(within: .seconds(20), "all have been cut off") {
                    gateway.application.workers.connectionCount == 0
                }
                #expect(try await gateway.send("GET", "/api/v1/lessons/1", token: token).status == 200)
                for client in crowd { try await client.close() }
            }
        }

        @Test(
            "Case 39: a hundred thousand small headers, or one of 81 KiB, cost their sender the connection and nobody else anything"
        )
        func headerBomb() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                let start = "GET /api/v1/lessons HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n"
                let bombs = [
                    String(repeating: "a: b\r\n", count: 100_000),
                    "X-A: \(String(repeating: "a", count: 81 << 10))\r\n",
                    String(repeating: "Cookie: \(String(repeating: "c", count: 1000))\r\n", count: 1000),
                ]
                for bomb in bombs {
                    let client = try await gateway.connect()
                    do {
                        try await client.send("\(start)\(bomb)\r\n")
                    } catch is IOError {
                        // Cut off in the middle.
                    } catch is ChannelError {
                        // The same, noticed earlier.
                    }
                    try await eventually("the connection ends") { client.isClosed }
                    #expect(client.text.isEmpty || client.text.contains(" 431 "))
                    #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200)
                }
                #expect(gateway.lesson.requests.count == bombs.count)
            }
        }
    }
}
