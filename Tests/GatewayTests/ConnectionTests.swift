import Contracts
import NIOCore
import ServiceKit
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("Connections of clients")
    struct ConnectionTests {
        private static func request(_ method: String, _ path: String, token: String, _ rest: String = "") -> String {
            "\(method) \(path) HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\(rest)\r\n"
        }

        /// The platform's lessons, but in a hurry.
        private static var hurriedRoutes: [RouteDefinition] {
            [
                RouteDefinition("/api/v1/users", .service(.user), .token),
                RouteDefinition("/health/ready", .gateway(.ready), .open, .probe),
                RouteDefinition("/gateway/breakers", .gateway(.breakers), .administrator),
                RouteDefinition("/hurry", .service(.lesson), .token, timeout: .milliseconds(300)),
            ]
        }

        @Test("Clients that do not finish their requests get 408 and open no breaker; a service that hangs does")
        func slowClients() async throws {
            try await TestGateway.with(routes: Self.hurriedRoutes) { gateway in
                let token = try gateway.token()
                let admin = try gateway.token(.admin)
                var clients: [RawClient] = []
                for _ in 0..<10 {
                    let client = try await gateway.connect()
                    try await client.send(Self.request("POST", "/hurry", token: token, "Content-Length: 9\r\n") + "1")
                    clients.append(client)
                }
                for client in clients {
                    #expect(try await client.answer().status == 408)
                    #expect(try await client.rest().isEmpty)
                }
                let calm = try await gateway.send("GET", "/gateway/breakers", token: admin).body
                #expect(!calm.contains("open"))
                #expect(try await gateway.send("GET", "/hurry", token: token).status == 200)

                gateway.lesson.follow { _ in .hang }
                for _ in 0..<5 {
                    #expect(try await gateway.send("POST", "/hurry", token: token, body: "whole").status == 503)
                }
                #expect(try await gateway.send("GET", "/gateway/breakers", token: admin).body.contains("open"))
            }
        }

        @Test(
            "A service that gives up on requests that do not come to an end is not to blame for them",
            arguments: [true, false]
        )
        func slowClientsGivenUp(byAnswer: Bool) async throws {
            try await TestGateway.with(routes: Self.hurriedRoutes) { gateway in
                let token = try gateway.token()
                let refusal = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
                gateway.lesson.interrupt(with: byAnswer ? .raw(refusal) : .die)
                for _ in 0..<10 {
                    let client = try await gateway.connect()
                    try await client.send(Self.request("POST", "/hurry", token: token, "Content-Length: 9\r\n") + "1")
                    #expect(try await client.answer().status == 503)
                }
                gateway.lesson.interrupt(with: nil)
                #expect(try await gateway.send("POST", "/hurry", token: token, body: "whole").status == 200)
                let admin = try gateway.token(.admin)
                #expect(try await !gateway.send("GET", "/gateway/breakers", token: admin).body.contains("open"))
            }
        }

        @Test("A connection whose request was answered at once, and that waits for the next one, gets no 408")
        func noUnsolicitedAnswer() async throws {
            var limits = ConnectionLimits()
            limits.headerTimeout = .milliseconds(200)
            limits.idleTimeout = .milliseconds(600)
            try await TestGateway.with(["CORS_ALLOWED_ORIGINS": "https://a.example"], limits: limits) { gateway in
                let client = try await gateway.connect()
                try await client.send(
                    "OPTIONS /api/v1/lessons HTTP/1.1\r\nHost: g\r\nOrigin: https://a.example\r\n"
                        + "Access-Control-Request-Method: GET\r\n\r\n"
                )
                #expect(try await client.answer().status == 204)
                #expect(try await client.rest().isEmpty)
            }
        }

        @Test("Bytes that are no request, sent behind a good one, are refused after it has its answer")
        func garbageBehindRequest() async throws {
            try await TestGateway.with { gateway in
                let client = try await gateway.connect()
                try await client.send(
                    Self.request("GET", "/api/v1/lessons", token: gateway.token()) + "this is no request\r\n\r\n"
                )
                #expect(try await client.answer().status == 200)
                let refusal = try await client.answer()
                #expect(refusal.status == 400)
                #expect(refusal.value("Connection") == "close")
                #expect(try await client.rest().isEmpty)
            }
        }

        @Test("A client that goes on sending bytes that are no request still gets its refusal")
        func endlessGarbage() async throws {
            try await TestGateway.with { gateway in
                let client = try await RawClient.connect(gateway.port, closesWithServer: false)
                try await client.send("this is no request\r\n\r\n")
                try await eventually("the refusal") { client.received > 0 }
                // Were the connection closed already, one of these would be answered with a reset, and the next one fail.
                for _ in 1...16 { try await client.send(String(repeating: "x", count: 1 << 16)) }
                #expect(try await client.answer().status == 400)
                #expect(try await client.rest().isEmpty)
            }
        }

        @Test("A client that reads slowly gets the last bytes of the last answer too")
        func slowReader() async throws {
            var limits = ConnectionLimits()
            limits.lingerTimeout = .milliseconds(50)
            try await TestGateway.with(limits: limits) { gateway in
                gateway.lesson.follow { _ in .stream(bytes: 8 << 20) }
                let close = "Connection: close\r\n"
                let request = try Self.request("GET", "/api/v1/lessons", token: gateway.token(), close)
                let fast = try await RawClient.connect(gateway.port, keeps: false)
                try await fast.send(request)
                let slow = try await RawClient.connect(gateway.port, keeps: false, autoRead: false)
                try await slow.send(request)
                while !slow.isClosed {
                    slow.channel.read()
                    // The client's own pace: slower than the gateway lingers.
                    try await Task.sleep(for: .milliseconds(60))
                }
                try await eventually("the other has everything") { fast.isClosed }
                #expect(slow.received == fast.received)
            }
        }

        @Test("After its last request a client is told to come again, and what it sent behind it is not served")
        func manyRequests() async throws {
            var limits = ConnectionLimits()
            limits.maximumRequests = 3
            try await TestGateway.with(limits: limits) { gateway in
                let client = try await gateway.connect()
                let request = try Self.request("GET", "/api/v1/lessons", token: gateway.token())
                try await client.send(String(repeating: request, count: 5))
                for number in 1...3 {
                    let answer = try await client.answer()
                    #expect(answer.status == 200)
                    #expect(answer.value("Connection") == (number == 3 ? "close" : nil))
                }
                #expect(try await client.rest().isEmpty)
                #expect(gateway.lesson.requests.count == 3)
            }
        }

        @Test("No address can take all connections; our own proxies may have many")
        func connectionsPerAddress() async throws {
            let few = ["CONNECTIONS_PER_ADDRESS": "3"]
            try await TestGateway.with(few) { gateway in
                var crowd: [RawClient] = []
                for _ in 0..<5 { crowd.append(try await gateway.connect()) }
                try await eventually("two are refused") { crowd.filter(\.isClosed).count == 2 }
                for client in crowd { try await client.close() }
                try await eventually("there is room again") {
                    let client = try await gateway.connect()
                    try await client.send("GET /health/live HTTP/1.1\r\nHost: g\r\n\r\n")
                    try await eventually { client.received > 0 || client.isClosed }
                    defer { client.channel.close(promise: nil) }
                    return client.received > 0
                }
            }
            try await TestGateway.with(few.merging(["TRUSTED_PROXIES": "127.0.0.1"]) { $1 }) { gateway in
                var crowd: [RawClient] = []
                for _ in 0..<5 { crowd.append(try await gateway.connect()) }
                for client in crowd {
                    try await client.send("GET /health/live HTTP/1.1\r\nHost: g\r\n\r\n")
                    #expect(try await client.answer().status == 200)
                }
            }
        }

        @Test("Connections are counted in all and by address, and room that is given back can be used again")
        func counter() {
            var limits = ConnectionLimits()
            limits.maximumConnections = 5
            limits.reservedConnections = 2
            limits.maximumConnectionsPerAddress = 2
            let counter = ConnectionCounter(limits: limits)
            #expect(counter.add("a", isInside: false))
            #expect(counter.add("a", isInside: false))
            #expect(!counter.add("a", isInside: false))
            #expect(counter.add(nil, isInside: false))
            #expect(!counter.add("b", isInside: false))
            #expect(counter.total == 3)
            counter.remove("a")
            #expect(counter.add("a", isInside: false))
            counter.remove(nil)
            #expect(counter.add("b", isInside: false))
            #expect(!counter.add("c", isInside: false))
            #expect(counter.add("c", isInside: true))
            #expect(counter.add("c", isInside: true))
            #expect(!counter.add("d", isInside: true), "more than all")
        }

        @Test("Asked to stop, the gateway first says that it is not ready, and still takes whoever has not noticed yet")
        func drainPeriod() async throws {
            try await TestGateway.with(drainPeriod: .seconds(3)) { gateway in
                let token = try gateway.token()
                await gateway.stop()
                try await eventually("not ready") { try await gateway.send("GET", "/health/ready").status == 503 }
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200)
            }
        }
    }
}
