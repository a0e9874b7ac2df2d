import Contracts
import EventSourcing
import FoundationEssentials
import Postgres
import ServiceTestKit
import Synchronization
import TestKit
import Testing

@testable import ServiceKit

@Suite("What operators see")
struct ObservabilityTests {
    private static func declare(_ routes: inout RouteTable) {
        routes.get("/calendar/{token}.ics", .public) { _ in .text(Correlation.current?.correlationID.description ?? "")
        }
        routes.post("/login", .authenticated) { request in
            _ = try await request.body()
            return .noContent
        }
    }

    @Test("A request carries its name through the service, into the log and back to the client")
    func correlation() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let sent = try await server.send("GET", "/calendar/a.ics", headers: [("X-Correlation-ID", "my-request-42")])
            #expect(sent[header: "X-Correlation-ID"] == "my-request-42")
            #expect(sent.text == "my-request-42")
            let record = try #require(try server.log.accessRecord(of: "/calendar/{token}.ics"))
            #expect(record["correlation_id"] == "my-request-42")
            #expect(record["status"] == .integer(200))
            #expect(record["level"] == "info")

            let refused = try await server.send("GET", "/calendar/a.ics", headers: [("X-Correlation-ID", "bad id!")])
            #expect(refused[header: "X-Correlation-ID"] != "bad id!")
            #expect(refused[header: "X-Correlation-ID"].flatMap { CorrelationID($0) } != nil)
        }
    }

    @Test("OP-10: tokens, paths, queries and bodies never reach the log, metrics or errors")
    func canary() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let canary = "canary-4242424242"
            let body = #"{"password":"\#(canary)"}"#
            let token = try server.issuer.token(.tutor)
            var seen: [String] = []
            seen.append(try await server.send("GET", "/calendar/\(canary).ics?key=\(canary)").text)
            seen.append(try await server.send("POST", "/login", headers: [("Authorization", "Bearer \(canary)")]).text)
            seen.append(try await server.send("POST", "/login?key=\(canary)", as: .tutor, json: body).text)
            seen.append(try await server.send("POST", "/login", headers: [("Authorization", "Bearer \(token)")]).text)
            seen.append(try await server.send("GET", "/metrics").text)
            seen += server.log.lines
            for text in seen {
                #expect(!text.contains(canary))
                #expect(!text.contains(token))
            }
        }
    }

    @Test("Requests are counted by template, method and status; what clients invent is not a label")
    func metrics() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            for path in ["/calendar/a.ics", "/calendar/b.ics", "/x", "/y"] { _ = try await server.send("GET", path) }
            _ = try await server.send("PROPFIND", "/z")
            let answer = try await server.send("GET", "/metrics")
            #expect(answer[header: "Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = answer.text.split(separator: "\n")
            #expect(lines.contains(#"http_requests_total{route="/calendar/{token}.ics",method="GET",status="200"} 2"#))
            #expect(lines.contains(#"http_requests_total{route="none",method="GET",status="404"} 2"#))
            #expect(lines.contains(#"http_requests_total{route="none",method="other",status="404"} 1"#))
            #expect(
                lines.contains(#"http_request_duration_seconds_count{route="/calendar/{token}.ics",method="GET"} 2"#)
            )
        }
    }

    @Test("Health checks are logged at debug level only")
    func quiet() async throws {
        try await TestServer.run { server in
            _ = try await server.send("GET", "/health/live")
            #expect(try server.log.accessRecord(of: "/health/live")?["level"] == "debug")
        }
    }
}

@Suite("Health")
struct HealthTests {
    @Test("OP-2: a service without what it needs is not ready, but alive")
    func required() async throws {
        try await TestServer.run { server in
            server.health.add("postgres", isRequired: true) { throw ServerDidNotStart() }
            server.health.add("redis", isRequired: false) {}
            let health = try await server.send("GET", "/health")
            #expect(health.status == 503)
            #expect(
                health.text == #"{"status":"unavailable","service":"test-service","dependencies":["#
                    + #"{"name":"postgres","status":"down","required":true},"#
                    + #"{"name":"redis","status":"up","required":false}]}"#
            )
            let ready = try await server.send("GET", "/health/ready")
            #expect(ready.status == 503)
            let live = try await server.send("GET", "/health/live")
            #expect(live.status == 200)
        }
    }

    @Test("OP-2: a process that only a restart can help says so")
    func vital() async throws {
        try await TestServer.run { server in
            server.health.add("relay thread", isRequired: true, isVital: true) { throw ServerDidNotStart() }
            let live = try await server.send("GET", "/health/live")
            #expect(live.status == 503)
            #expect(live.text == #"{"status":"stuck"}"#)
        }
    }

    @Test("OP-2: without what is only useful it is degraded, and ready")
    func optional() async throws {
        try await TestServer.run { server in
            server.health.add("rabbitmq", isRequired: false) { throw ServerDidNotStart() }
            let ready = try await server.send("GET", "/health/ready")
            #expect(ready.status == 200)
            #expect(ready.text == #"{"status":"degraded"}"#)
        }
    }

    @Test("OP-2: a check that hangs does not hang the answer")
    func hanging() async throws {
        try await TestServer.run { server in
            server.health.add("postgres", isRequired: true) { try await Task.sleep(for: .seconds(60)) }
            let start = ContinuousClock.now
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...10 { group.addTask { try await server.send("GET", "/health/ready").status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0 == 503 })
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test("Under load a dependency that worked is not down because its check waits for its turn")
    func overloaded() async throws {
        let isBusy = Atomic(false)
        let cache = HealthCheckCache(name: "postgres", logger: CapturedLog().logger()) {
            if isBusy.load(ordering: .relaxed) { try await Task.sleep(for: .seconds(60)) }
        }
        try await eventually("it is up") { await cache.isUp() }
        isBusy.store(true, ordering: .relaxed)
        let later = ContinuousClock.now + .milliseconds(1200)
        while .now < later {
            let isUp = await cache.isUp()
            #expect(isUp)
        }
    }

    @Test("A dependency that stays silent for long is down")
    func silent() async throws {
        let isBusy = Atomic(false)
        let cache = HealthCheckCache(name: "postgres", memory: .seconds(1), logger: CapturedLog().logger()) {
            if isBusy.load(ordering: .relaxed) { try await Task.sleep(for: .seconds(60)) }
        }
        try await eventually("it is up") { await cache.isUp() }
        isBusy.store(true, ordering: .relaxed)
        try await eventually("it is down") { await !cache.isUp() }
    }

    @Test("A pool without a free connection says nothing about the database")
    func exhausted() async throws {
        try await TestPostgres.withClient(configure: {
            $0.poolSize = 1
            $0.maxWait = .milliseconds(20)
        }) { client in
            let asked = Atomic(0)
            let cache = HealthCheckCache(name: "postgres", logger: CapturedLog().logger()) {
                defer { asked.wrappingAdd(1, ordering: .relaxed) }
                _ = try await client.withSession { try $0.execute("SELECT 1") }
            }
            try await eventually("it is up") { await cache.isUp() }
            try await withThrowingTaskGroup { group in
                group.addTask { _ = try await client.withSession { try $0.execute("SELECT pg_sleep(3)") } }
                try await eventually("a check that found no connection") {
                    let isUp = await cache.isUp()
                    #expect(isUp)
                    return asked.load(ordering: .relaxed) > 2
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("OP-1: while it drains it is not ready, and still serves")
    func draining() async throws {
        try await TestServer.run { server in
            server.health.beginDraining()
            let ready = try await server.send("GET", "/health/ready")
            #expect(ready.status == 503)
            #expect(ready.text == #"{"status":"stopping"}"#)
            let live = try await server.send("GET", "/health/live")
            #expect(live.status == 200)
        }
    }
}

@Suite("The contract")
struct OpenAPITests {
    private static let yaml = """
        openapi: 3.1.0
        info: {title: Lessons, version: "1"}
        paths:
          /api/v1/lessons:
            post: {responses: {"201": {description: planned}}}
            get:
              parameters: [{name: limit, in: query, schema: {type: integer, maximum: 200, default: null}}]
              deprecated: false
          /api/v1/lessons/{id}:
            summary: one lesson
            get: {responses: {}}

        """

    @Test("Both forms are served, and JSON says the same as YAML")
    func serving() async throws {
        try await TestServer.run(openAPI: OpenAPIDocument(yaml: Self.yaml)) { server in
            let yaml = try await server.send("GET", "/openapi.yaml")
            #expect(yaml.text == Self.yaml)
            let json = try await server.send("GET", "/openapi.json")
            #expect(json[header: "Content-Type"] == "application/json")
            #expect(
                json.text == #"{"openapi":"3.1.0","info":{"title":"Lessons","version":"1"},"paths":{"/api/v1/lessons":"#
                    + #"{"post":{"responses":{"201":{"description":"planned"}}},"get":{"parameters":[{"name":"limit","#
                    + #""in":"query","schema":{"type":"integer","maximum":200,"default":null}}],"deprecated":false}},"#
                    + #""/api/v1/lessons/{id}":{"summary":"one lesson","get":{"responses":{}}}}}"#
            )
        }
    }

    @Test("API9: what it describes can be held against the routes")
    func operations() throws {
        let document = try OpenAPIDocument(yaml: Self.yaml)
        #expect(
            document.operations == [
                "POST /api/v1/lessons", "GET /api/v1/lessons", "GET /api/v1/lessons/{id}",
            ]
        )
    }
}
