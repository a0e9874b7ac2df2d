import NIOCore
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("Identical requests")
    struct CoalescingTests {
        private static let routes = [
            RouteDefinition("/api/v1/users", .service(.user), .token),
            RouteDefinition("/health/ready", .gateway(.ready), .open, .probe),
            RouteDefinition("/gateway/metrics", .gateway(.metrics), .insider),
            RouteDefinition("/shared", .service(.lesson), .token, isCoalesced: true),
            RouteDefinition("/alone", .service(.lesson), .token),
        ]

        @Test("Those that arrive while one is under way share its answer, each with headers of its own")
        func shared() async throws {
            try await TestGateway.with(routes: Self.routes, group: .oneLoop) { gateway in
                gateway.lesson.follow { _ in .hang }
                let token = try gateway.token()
                let clients = try await Self.ask(gateway, 10, "/shared?x=1", token)
                try await eventually("one is under way") { gateway.lesson.requests.count == 1 }
                for client in clients { #expect(client.received == 0) }
                // For whoever comes too late.
                gateway.lesson.follow { _ in .answer(200, headers: [("ETag", "\"1\"")], "the answer") }
                gateway.lesson.answerHanging(.answer(200, headers: [("ETag", "\"1\"")], "the answer"))
                var correlations: Set<String> = []
                for client in clients {
                    let answer = try await client.answer()
                    #expect(answer.status == 200 && answer.body == "the answer" && answer.value("ETag") == "\"1\"")
                    correlations.insert(answer.value("X-Correlation-ID") ?? "")
                }
                #expect(correlations.count == 10)
                let asked = gateway.lesson.requests.count
                #expect(asked < 5)
                let metrics = try await gateway.send("GET", "/gateway/metrics").body
                #expect(metrics.contains("gateway_coalesced_total \(10 - asked)"))
            }
        }

        @Test(
            "Another person, another address, another form, another method, or a route that does not allow it: asked for itself"
        )
        func different() async throws {
            try await TestGateway.with(routes: Self.routes, group: .oneLoop) { gateway in
                gateway.lesson.follow { _ in .hang }
                let token = try gateway.token()
                _ = try await Self.ask(gateway, 1, "/shared", token)
                _ = try await Self.ask(gateway, 1, "/shared", gateway.token())
                _ = try await Self.ask(gateway, 1, "/shared?page=2", token)
                _ = try await Self.ask(gateway, 1, "/shared", token, "Accept-Language: ru\r\n")
                _ = try await Self.ask(gateway, 2, "/shared", token, "If-None-Match: \"1\"\r\n")
                _ = try await Self.ask(gateway, 2, "/shared", token, method: "HEAD")
                _ = try await Self.ask(gateway, 2, "/alone", token)
                try await eventually("all have arrived") { gateway.lesson.requests.count == 10 }
                gateway.lesson.answerHanging(.answer())
            }
        }

        @Test(
            "If the first client leaves, or its answer is a failure or long, the others ask for themselves",
            arguments: ["leaves", "fails", "long"]
        )
        func alone(how: String) async throws {
            try await TestGateway.with(routes: Self.routes, group: .oneLoop) { gateway in
                gateway.lesson.follow { _ in .hang }
                let clients = try await Self.ask(gateway, 4, "/shared", gateway.token())
                try await eventually("one is under way") { gateway.lesson.requests.count == 1 }
                gateway.lesson.follow { _ in .answer(200, "own") }
                switch how {
                case "leaves": try await clients[0].close()
                case "fails": gateway.lesson.answerHanging(.answer(500, "failed"))
                default: gateway.lesson.answerHanging(.stream(bytes: Flight.maximumLength + 1))
                }
                for client in clients.dropFirst() { #expect(try await client.answer().body == "own") }
                // Who comes late may wait for one of these.
                #expect((3...4).contains(gateway.lesson.requests.count))
            }
        }

        private static func ask(
            _ gateway: TestGateway,
            _ count: Int,
            _ path: String,
            _ token: String,
            _ headers: String = "",
            method: String = "GET"
        ) async throws -> [RawClient] {
            var clients: [RawClient] = []
            for _ in 0..<count {
                let client = try await gateway.connect()
                try await client.send(
                    "\(method) \(path) HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\(headers)\r\n"
                )
                clients.append(client)
                let order = clients.count
                // One after the other, so that it is known whose request is the first.
                if order == 1 { try await eventually("the first arrives") { !gateway.lesson.requests.isEmpty } }
            }
            return clients
        }
    }
}
