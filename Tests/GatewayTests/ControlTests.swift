import Contracts
import FoundationEssentials
import Redis
import ServiceKit
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("The gateway's own endpoints")
    struct ControlTests {
        @Test("Health: alive, ready, and for people how every service is, without addresses")
        func health() async throws {
            try await TestGateway.with(students: 2) { gateway in
                #expect(try await gateway.send("GET", "/health/live").status == 200)
                #expect(try await gateway.send("GET", "/health/ready").status == 200)
                #expect(try await gateway.send("HEAD", "/health/ready").status == 200)
                #expect(try await gateway.send("POST", "/health", body: "{}").status == 405)
                #expect(try await gateway.send("GET", "/health/more").status == 404)
                let whole = try await gateway.send("GET", "/health")
                #expect(whole.status == 200)
                #expect(whole.body.contains("\"status\":\"ok\""))
                #expect(whole.body.contains("\"student\":\"ok\""))
                #expect(!whole.body.contains("127.0.0.1"))
                try await gateway.student[0].stop()
                try await eventually("degraded") {
                    let degraded = try await gateway.send("GET", "/health")
                    return degraded.status == 200 && degraded.body.contains("\"status\":\"degraded\"")
                }
                try await gateway.student[1].stop()
                try await eventually("down") { try await gateway.send("GET", "/health").status == 503 }
                #expect(try await gateway.send("GET", "/health/live").status == 200)
            }
        }

        @Test("Services and instances, as the gateway sees them")
        func services() async throws {
            struct Report: Decodable {
                struct Service: Decodable {
                    struct Instance: Decodable {
                        let url: String
                        let healthy: Bool
                        let breaker: String
                    }
                    struct Latency: Decodable {
                        let p50: Double?
                        let p99: Double?
                    }
                    let name: String
                    let breaker: String
                    let latency_ms: Latency
                    let instances: [Instance]
                }
                let services: [Service]
            }
            try await TestGateway.with(students: 2) { gateway in
                let answer = try await gateway.send("GET", "/gateway/services")
                let report = try JSONDecoder().decode(Report.self, from: Data(answer.body.utf8))
                #expect(report.services.map(\.name) == ["user", "lesson", "student"])
                #expect(report.services[2].instances.map(\.url) == gateway.student.map(\.url))
                #expect(report.services.flatMap(\.instances).allSatisfy { $0.healthy && $0.breaker == "closed" })
                #expect(report.services.allSatisfy { $0.breaker == "closed" })
                // Only the user service was asked anything.
                let latency = report.services[0].latency_ms
                #expect(try #require(latency.p50) > 0 && #require(latency.p99) >= #require(latency.p50))
                #expect(report.services[1].latency_ms.p50 == nil)
            }
        }

        @Test("What tells addresses, load and breakers is for this machine, its network and administrators")
        func insiders() async throws {
            let variables = ["TRUSTED_PROXIES": "127.0.0.0/8"]
            try await TestGateway.with(variables) { gateway in
                for path in ["/gateway/services", "/gateway/metrics"] {
                    #expect(try await gateway.send("GET", path).status == 200)
                    let inside = ["X-Forwarded-For: 10.1.2.3"]
                    #expect(try await gateway.send("GET", path, headers: inside).status == 200)
                    let outside = ["X-Forwarded-For: 1.2.3.4"]
                    #expect(try await gateway.send("GET", path, headers: outside).status == 401)
                    let tutor = try gateway.token()
                    #expect(try await gateway.send("GET", path, headers: outside, token: tutor).status == 403)
                    let admin = try gateway.token(.admin)
                    #expect(try await gateway.send("GET", path, headers: outside, token: admin).status == 200)
                }
                #expect(try await gateway.send("GET", "/health", headers: ["X-Forwarded-For: 1.2.3.4"]).status == 200)
            }
            // Where whoever publishes the port speaks for everybody, nobody is inside.
            try await TestGateway.with(["INSIDE_NETWORKS": "10.9.9.9/32"]) { gateway in
                let admin = try gateway.token(.admin)
                #expect(try await gateway.send("GET", "/gateway/services").status == 401)
                #expect(try await gateway.send("GET", "/gateway/services", token: admin).status == 200)
            }
            // Behind a proxy that nobody named everybody seems to be near.
            try await TestGateway.with { gateway in
                let headers = ["X-Forwarded-For: 10.1.2.3"]
                let answer = try await gateway.send("GET", "/gateway/services", headers: headers)
                #expect(answer.status == 401)
            }
        }

        @Test("Probes are limited by address too, each gateway for itself")
        func limitedProbes() async throws {
            try await TestGateway.with(["RATE_LIMIT_PER_MINUTE": "10"]) { gateway in
                let statuses = try await gateway.burst(40, "GET", "/health/live").map(\.status)
                #expect(Set(statuses) == [200, 429])
            }
        }

        @Test("Metrics: every name once, requests by route and status, instances and breakers")
        func metrics() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                _ = try await gateway.send("GET", "/api/v1/lessons/secret-id", token: token)
                _ = try await gateway.send("GET", "/made/up/path")
                let answer = try await gateway.send("GET", "/gateway/metrics")
                #expect(answer.value("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
                let lines = answer.body.split(separator: "\n")
                let types = lines.filter { $0.hasPrefix("# TYPE") }
                #expect(Set(types).count == types.count)
                #expect(
                    lines.contains(
                        "gateway_requests_total{route=\"/api/v1/lessons\",service=\"lesson\",status=\"2xx\"} 1"
                    )
                )
                #expect(
                    lines.contains("gateway_requests_total{route=\"unknown\",service=\"gateway\",status=\"4xx\"} 1")
                )
                #expect(
                    lines.contains { $0.hasPrefix("gateway_breaker_state{service=\"lesson\"") && $0.hasSuffix(" 0") }
                )
                #expect(lines.contains { $0.hasPrefix("process_resident_memory_bytes ") })
                #expect(!answer.body.contains("secret-id"))
            }
        }

        @Test("A trace: every service is asked with the internal key, and the events become a tree by their causes")
        func trace() async throws {
            struct Node: Decodable {
                let type: String
                let children: [Node]
                let stream_version: Int?
            }
            struct Report: Decodable {
                struct Service: Decodable {
                    let name: String
                    let status: String
                    let events: Int
                }
                let correlation_id: String
                let events: Int
                let services: [Service]
                let tree: [Node]
            }
            try await TestGateway.with { gateway in
                @Sendable func event(_ id: String, _ type: String, at second: Int, cause: String? = nil) -> String {
                    let causation = cause.map { "\"\($0)\"" } ?? "null"
                    return """
                        {"id":"\(id)","type":"\(type)","source":"s","stream":"a-1","stream_version":\(second),\
                        "occurred_at":"2026-03-01T15:00:0\(second).000Z","correlation_id":"the-request","causation_id":\(causation),"actor":null}
                        """
                }
                let completed = event("1", "lesson.completed", at: 1)
                gateway.lesson.follow { request in
                    let isAllowed = request.values("X-Internal-Key") == ["0123456789abcdef0123456789abcdef"]
                    guard isAllowed, request.uri == "/internal/traces/the-request" else { return .answer(403) }
                    return .answer(200, "{\"events\":[\(completed)]}")
                }
                gateway.student[0].follow { _ in
                    let events = [
                        event("3", "achievement.earned", at: 3, cause: "2"), event("2", "xp.earned", at: 2, cause: "1"),
                        event("4", "xp.earned", at: 4, cause: "3"), event("1", "lesson.completed", at: 1),
                    ]
                    return .answer(200, "{\"events\":[\(events.joined(separator: ","))]}")
                }
                try await gateway.user.stop()
                #expect(try await gateway.send("GET", "/gateway/traces/the-request").status == 401)
                #expect(
                    try await gateway.send("GET", "/gateway/traces/the-request", token: gateway.token()).status == 403
                )
                let admin = try gateway.token(.admin)
                #expect(try await gateway.send("GET", "/gateway/traces/a%20b", token: admin).status == 400)
                let answer = try await gateway.send("GET", "/gateway/traces/the-request", token: admin)
                #expect(answer.status == 200)
                let report = try JSONDecoder().decode(Report.self, from: Data(answer.body.utf8))
                #expect(report.correlation_id == "the-request")
                #expect(report.services.map(\.status) == ["unavailable", "answered", "answered"])
                #expect(report.tree.map(\.type) == ["lesson.completed"])
                #expect(report.tree.first?.children.map(\.type) == ["xp.earned"])
                #expect(report.tree.first?.children.first?.children.map(\.type) == ["achievement.earned"])
                #expect(report.tree.first?.children.first?.stream_version == 2)
            }
        }

        @Test("Causes that run in a circle, or that nobody knows, lose no event")
        func oddTraces() {
            func event(_ id: String, cause: String?) -> TraceEvent {
                TraceEvent(
                    id: id,
                    type: "t",
                    source: nil,
                    stream: nil,
                    streamVersion: nil,
                    occurredAt: nil,
                    correlationId: nil,
                    causationId: cause,
                    actor: nil
                )
            }
            let events = [
                event("a", cause: "b"), event("b", cause: "a"), event("c", cause: "unknown"), event("d", cause: "d"),
            ]
            func ids(_ nodes: [TraceNode]) -> [String] { nodes.flatMap { [$0.event.id] + ids($0.children) } }
            #expect(ids(TraceNode.forest(of: events)).sorted() == ["a", "b", "c", "d"])
        }

        @Test("The gateway keeps the door to the inside shut")
        func internalRoutes() async throws {
            try await TestGateway.with { gateway in
                let headers = ["X-Internal-Key: 0123456789abcdef0123456789abcdef"]
                let answer = try await gateway.send("GET", "/internal/traces/the-request", headers: headers)
                #expect(answer.status == 404)
                #expect(try await gateway.send("GET", "/metrics").status == 404)
            }
        }

        @Test("Settings: all mistakes are told at once, every key has its sentence")
        func configuration() throws {
            let issues = #expect(throws: ConfigurationIssues.self) {
                _ = try ConfigurationReader.read(
                    from: .variables([
                        "GATEWAY_PORT": "0", "USER_SERVICE_URLS": "ftp://x", "CORS_ALLOWED_ORIGINS": "*",
                        "TRUSTED_PROXIES": "10.0.0.0/99",
                    ])
                ) { GatewayConfiguration(&$0) }
            }
            #expect(issues?.descriptions.count == 5)
            let names = ConfigurationReader.entries { GatewayConfiguration(&$0) }.map(\.name)
            #expect(
                Set(names).isSuperset(of: [
                    "GATEWAY_PORT", "RATE_LIMIT_PER_MINUTE", "JWKS_URL", "CIRCUIT_BREAKER_RECOVERY_TIMEOUT",
                ])
            )
            let defaults = try ConfigurationReader.read(
                from: .variables([
                    "INTERNAL_SERVICE_KEY": "0123456789abcdef0123456789abcdef", "USER_SERVICE_URLS": "http://u:1",
                ])
            ) { GatewayConfiguration(&$0) }
            #expect(defaults.jwksURL == nil)
            #expect(defaults.addresses[.user]?.first?.needsResolving == true)
            #expect(defaults.connections == 2000)
            #expect(defaults.host == "127.0.0.1")
            #expect(defaults.redis.host == "localhost")
            // Less than the 100 ms that a decision may take.
            #expect(defaults.redis.commandTimeout == .milliseconds(60))
        }
    }
}
