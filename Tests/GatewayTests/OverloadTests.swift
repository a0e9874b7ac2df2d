import Contracts
import NIOCore
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("More than can be done (GW-9)")
    struct OverloadTests {
        @Test(
            "Requests beyond the limit are refused at once; probes and operators still get in; afterwards all is well"
        )
        func shedding() async throws {
            var limits = ConnectionLimits()
            limits.maximumRequestsUnderWay = 5
            try await TestGateway.with(limits: limits, group: .oneLoop) { gateway in
                gateway.lesson.follow { _ in .hang }
                let token = try gateway.token()
                var waiting: [RawClient] = []
                for _ in 0..<6 {
                    let client = try await gateway.connect()
                    try await client.send(
                        "GET /api/v1/lessons HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n"
                    )
                    waiting.append(client)
                }
                try await eventually("all are under way") {
                    gateway.lesson.requests.count + waiting.filter { $0.received > 0 }.count == 6
                }
                let start = ContinuousClock.now
                let refusal = try await gateway.send("GET", "/api/v1/users", token: token)
                #expect(refusal.status == 503 && refusal.value("Retry-After") == "1")
                #expect(refusal.body.contains("urn:repitbot:problem:overloaded"))
                // Far less than the ten seconds that it would have waited.
                #expect(ContinuousClock.now - start < .seconds(5))
                #expect(try await gateway.send("GET", "/health/ready").status == 200)
                #expect(try await gateway.send("GET", "/gateway/services").status == 200)
                let metrics = try await gateway.send("GET", "/gateway/metrics").body
                #expect(metrics.contains(#/gateway_shed_total [1-9]/#))
                gateway.lesson.answerHanging(.answer())
                for client in waiting { _ = try await client.answer() }
                #expect(try await gateway.send("GET", "/api/v1/users", token: token).status == 200)
            }
        }

        @Test("An instance gets so many requests at once and no more")
        func maximumLoad() async throws {
            var limits = ConnectionLimits()
            limits.maximumLoad = 2
            try await TestGateway.with(limits: limits) { gateway in
                gateway.lesson.follow { _ in .hang }
                let token = try gateway.token()
                var clients: [RawClient] = []
                for _ in 0..<5 {
                    let client = try await gateway.connect()
                    try await client.send(
                        "GET /api/v1/lessons HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n"
                    )
                    clients.append(client)
                }
                try await eventually("three are refused") { clients.filter { $0.received > 0 }.count == 3 }
                #expect(gateway.lesson.requests.count == 2)
                gateway.lesson.answerHanging(.answer())
                var statuses: [Int] = []
                for client in clients { statuses.append(try await client.answer().status) }
                #expect(statuses.sorted() == [200, 200, 503, 503, 503])
            }
        }
    }
}
