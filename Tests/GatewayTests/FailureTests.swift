import Contracts
import NIOCore
import ServiceKit
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("Services that fail")
    struct FailureTests {
        @Test("Traffic goes to both instances, and to one when the other is not ready")
        func balance() async throws {
            try await TestGateway.with(students: 2) { gateway in
                let token = try gateway.token()
                for _ in 0..<60 {
                    #expect(try await gateway.send("GET", "/api/v1/students/1", token: token).status == 200)
                }
                let counts = gateway.student.map { $0.requests.count }
                #expect(counts.reduce(0, +) == 60)
                #expect(counts.allSatisfy { $0 >= 10 })
                try await gateway.student[0].stop()
                for _ in 0..<60 {
                    #expect(try await gateway.send("GET", "/api/v1/students/1", token: token).status == 200)
                }
                try await eventually("the health check has noticed") {
                    try await gateway.send("GET", "/gateway/services").body.contains("\"healthy\":false")
                }
                #expect(try await gateway.send("GET", "/health/ready").status == 200)
            }
        }

        @Test("All instances are overloaded: they are still asked; but not those that stop")
        func overload() async throws {
            try await TestGateway.with(students: 2) { gateway in
                let token = try gateway.token()
                for upstream in gateway.student { upstream.report(.answer(503, "{\"status\":\"unavailable\"}")) }
                try await eventually("not ready") { try await gateway.send("GET", "/health").status == 503 }
                for _ in 0..<20 {
                    #expect(try await gateway.send("GET", "/api/v1/students/1", token: token).status == 200)
                }
                for upstream in gateway.student { upstream.report(.answer(503, "{\"status\":\"stopping\"}")) }
                try await eventually("nobody is asked") {
                    try await gateway.send("GET", "/api/v1/students/1", token: token).status == 503
                }
                gateway.student[0].report(.answer())
                try await eventually("one is back") {
                    try await gateway.send("GET", "/api/v1/students/1", token: token).status == 200
                }
            }
        }

        @Test(
            "An instance that stands still: what may be asked again moves to another, what may not waits for its deadline",
            arguments: ["GET", "POST"]
        )
        func frozen(method: String) async throws {
            let routes = [
                RouteDefinition("/api/v1/users", .service(.user), .token),
                RouteDefinition("/health/ready", .gateway(.ready), .open, .probe),
                RouteDefinition("/api/v1/students", .service(.student), .token, timeout: .seconds(6)),
            ]
            try await TestGateway.with(students: 2, routes: routes) { gateway in
                let token = try gateway.token()
                let (frozen, other) = (gateway.student[0], gateway.student[1])
                frozen.follow { _ in .hang }
                other.follow { _ in .answer(200, "other") }
                let request = "\(method) /api/v1/students/1 HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n"
                var clients: [RawClient] = []
                while frozen.requests.isEmpty, clients.count < 30 {
                    let client = try await gateway.connect()
                    try await client.send("\(request)Content-Length: 0\r\n\r\n")
                    try await eventually("it is somewhere") { client.received > 0 || !frozen.requests.isEmpty }
                    clients.append(client)
                }
                frozen.report(.hang)
                let answer = try await #require(clients.last).answer()
                if method == "GET" {
                    #expect(answer.status == 200 && answer.body == "other")
                } else {
                    #expect(answer.status == 503 && answer.value("Retry-After") != nil)
                    #expect(other.requests.count == clients.count - 1)
                }
            }
        }

        @Test(
            "Case 42: a service that breaks off every request gets a tenth more of them at most, and recovers with a few at a time"
        )
        func retryStorm() async throws {
            try await TestGateway.with(students: 2, group: .oneLoop) { gateway in
                let (token, admin) = (try gateway.token(), try gateway.token(.admin))
                // Whatever the breaker would keep away comes through.
                _ = try await gateway.send("POST", "/gateway/breakers/student/close", token: admin)
                for instance in gateway.student { instance.follow { _ in .die } }
                let path = "/api/v1/students/1"
                for _ in 0..<300 { #expect(try await gateway.send("GET", path, token: token).status == 503) }
                let seen = gateway.student.reduce(0) { $0 + $1.requests.count }
                // A tenth, and what is always in reserve.
                #expect((300...345).contains(seen), "\(seen)")

                // Left to itself the breaker opens, and a crowd that waits for the service gets to it little by little.
                _ = try await gateway.send("POST", "/gateway/breakers/student/reset", token: admin)
                for _ in 0..<30 { _ = try await gateway.send("GET", path, token: token) }
                let before = gateway.student.reduce(0) { $0 + $1.requests.count }
                let crowd = try await withThrowingTaskGroup(of: Int.self) { group in
                    for _ in 0..<20 { group.addTask { try await gateway.send("GET", path, token: token).status } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(crowd.allSatisfy { $0 == 503 })
                #expect(gateway.student.reduce(0) { $0 + $1.requests.count } - before <= 2)
                for instance in gateway.student { instance.follow { _ in .answer() } }
                try await eventually(within: .seconds(20), "it is served again") {
                    try await gateway.send("GET", path, token: token).status == 200
                }
            }
        }

        @Test("GW-2: when more wait for an instance that stands still than may be retried, they wait until they may")
        func frozenBeyondBudget() async throws {
            try await TestGateway.with(["CONNECTIONS_PER_ADDRESS": "200"], students: 2) { gateway in
                let token = try gateway.token()
                let (frozen, other) = (gateway.student[0], gateway.student[1])
                for upstream in gateway.student { upstream.follow { _ in .hang } }
                let request = "GET /api/v1/students/1 HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n"
                var clients: [RawClient] = []
                for _ in 0..<120 {
                    clients.append(try await gateway.connect())
                    try await clients.last?.send(request)
                }
                try await eventually("all are there") { gateway.student.map(\.requests.count).reduce(0, +) == 120 }
                let waiting = frozen.requests.count
                other.follow { _ in .answer(200, "other") }
                frozen.report(.hang)
                try await eventually("it is lost") {
                    try await gateway.send("GET", "/gateway/services").body.contains("\"healthy\":false")
                }
                // Ten more requests pay for one retry.
                try await eventually("all that waited there have moved") {
                    _ = try await gateway.burst(50, "GET", "/api/v1/students/1", token: token)
                    return clients.filter { $0.received > 0 }.count >= waiting
                }
                var statuses: [Int] = []
                for client in clients where client.received > 0 { statuses.append(try await client.answer().status) }
                #expect(statuses.allSatisfy { $0 == 200 }, "\(statuses)")
                for client in clients { try await client.close() }
            }
        }

        @Test("No instance: 503 with Retry-After; when it is back, so are the answers")
        func noInstance() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                let port = gateway.lesson.port
                try await gateway.lesson.stop()
                let answer = try await gateway.send("POST", "/api/v1/lessons", token: token, body: "{}")
                #expect(answer.status == 503)
                #expect(answer.value("Retry-After") != nil)
                #expect(answer.value("Content-Type") == "application/problem+json")
                try await eventually("down") { try await gateway.send("GET", "/health").status == 503 }
                // The other services are still served: whoever balances over gateways has no better one.
                let readiness = try await gateway.send("GET", "/health/ready")
                #expect(readiness.status == 200)
                #expect(readiness.body.contains(#""lesson":"not ready""#))
                let second = try await ScriptedUpstream.start(port: port)
                try await eventually("up again") { try await gateway.send("GET", "/health").status == 200 }
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200)
                try await second.stop()
            }
        }

        @Test(
            "A GET whose connection breaks is sent once more, to another instance; a POST is not, but with a key"
        )
        func retries() async throws {
            try await TestGateway.with(students: 2) { gateway in
                let token = try gateway.token()
                for upstream in gateway.student {
                    upstream.follow { _ in
                        gateway.student.map(\.requests.count).reduce(0, +).isMultiple(of: 2) ? .answer() : .die
                    }
                }
                let get = try await gateway.send("GET", "/api/v1/students/1", token: token)
                #expect(get.status == 200)
                #expect(gateway.student.map(\.requests.count) == [1, 1])
                let post = try await gateway.send("POST", "/api/v1/students/1/streak/freeze", token: token, body: "")
                #expect(post.status == 503)
                #expect(post.body.contains("urn:repitbot:problem:bad-gateway"))
                #expect(gateway.student.map(\.requests.count).reduce(0, +) == 3)
                for upstream in gateway.student { upstream.follow { _ in .die } }
                let both = try await gateway.send("GET", "/api/v1/students/1", token: token)
                #expect(both.status == 503)
                #expect(gateway.student.map(\.requests.count).reduce(0, +) == 5)
            }
        }

        @Test(
            "GW-2: a POST with an idempotency key is sent once more with all of its body, unless that is too long to be kept",
            arguments: [(0, 200), (5, 200), (2000, 200), (2001, 503)]
        )
        func keyedRetry(length: Int, status: Int) async throws {
            var limits = ConnectionLimits()
            limits.maximumRepeatedBody = 2000
            try await TestGateway.with(students: 2, limits: limits) { gateway in
                let token = try gateway.token()
                for upstream in gateway.student {
                    upstream.follow { _ in gateway.student.map(\.requests.count).reduce(0, +) == 2 ? .answer() : .die }
                }
                let headers = ["Idempotency-Key: once"]
                let path = "/api/v1/students/1/streak/freeze"
                let body = String(repeating: "x", count: length)
                let answer = try await gateway.send("POST", path, headers: headers, token: token, body: body)
                #expect(answer.status == status)
                let sent = gateway.student.flatMap(\.requests).map { String(decoding: $0.body, as: UTF8.self) }
                #expect(sent == Array(repeating: body, count: status == 200 ? 2 : 1))
            }
        }

        @Test("A service that is killed in the middle of its answer: the client sees the end, not a short answer")
        func killedInBody() async throws {
            try await TestGateway.with { gateway in
                gateway.lesson.follow { _ in .dieInBody }
                let client = try await gateway.connect()
                try await client.send(
                    "GET /api/v1/lessons HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(gateway.token())\r\n\r\n"
                )
                let text = try await client.rest()
                #expect(text.contains("Content-Length: 1000"))
                #expect(text.hasSuffix("only this"))
            }
        }

        @Test("A connection that the service closes while it is unused does not cost a request")
        func staleConnections() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                for _ in 0..<20 {
                    #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200)
                    gateway.lesson.cutConnections()
                }
            }
        }

        @Test("An answer that is no HTTP is 503; bytes after an answer end that connection, and reach nobody")
        func brokenAnswers() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                gateway.lesson.follow { _ in .raw("SSH-2.0-OpenSSH\r\n") }
                #expect(try await gateway.send("POST", "/api/v1/lessons", token: token, body: "{}").status == 503)
                let extra =
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
                gateway.lesson.follow { _ in .raw(extra) }
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).body == "{}")
                gateway.lesson.follow { _ in .answer(200, "good") }
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).body == "good")
                let both = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x"
                gateway.lesson.follow { _ in .raw(both) }
                #expect(try await gateway.send("POST", "/api/v1/lessons", token: token, body: "{}").status == 503)
            }
        }

        @Test(
            "Case 41: five failures open the breaker, it answers 503 at once, 4xx never open it, and an admin closes it"
        )
        func breaker() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                gateway.lesson.follow { _ in .answer(422) }
                for _ in 0..<20 {
                    #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 422)
                }
                gateway.lesson.follow { _ in .answer(503) }
                var statuses: [Int] = []
                for _ in 0..<40 {
                    statuses.append(try await gateway.send("GET", "/api/v1/lessons", token: token).status)
                }
                let seen = gateway.lesson.requests.count
                #expect(seen < 60)
                let client = try await gateway.connect()
                try await client.send(
                    "GET /api/v1/lessons HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n"
                )
                let answer = try await client.answer()
                #expect(answer.status == 503)
                #expect((1...5).contains(Int(answer.value("Retry-After") ?? "") ?? 0))
                try await client.close()
                #expect(gateway.lesson.requests.count == seen)
                gateway.lesson.follow { _ in .answer() }

                #expect(try await gateway.send("GET", "/gateway/breakers").status == 401)
                #expect(try await gateway.send("GET", "/gateway/breakers", token: token).status == 403)
                let admin = try gateway.token(.admin)
                #expect(
                    try await gateway.send("GET", "/gateway/breakers", token: admin).body.contains("\"state\":\"open\"")
                )
                #expect(try await gateway.send("POST", "/gateway/breakers/lesson/reset", token: token).status == 403)
                let reset = try await gateway.send("POST", "/gateway/breakers/lesson/reset", token: admin)
                #expect(reset.status == 200)
                #expect(!reset.body.contains("\"state\":\"open\""))
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200)
                for path in ["nobody/reset", "lesson/forget", "lesson", "lesson/reset/again"] {
                    #expect(try await gateway.send("POST", "/gateway/breakers/\(path)", token: admin).status == 404)
                }
                #expect(try await gateway.send("GET", "/gateway/breakers/lesson/reset", token: admin).status == 405)

                let forced = try await gateway.send("POST", "/gateway/breakers/lesson/open", token: admin)
                #expect(forced.body.contains("\"state\":\"forced_open\""))
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 503)
                gateway.lesson.follow { _ in .answer(503) }
                _ = try await gateway.send("POST", "/gateway/breakers/lesson/close", token: admin)
                for _ in 0..<20 { _ = try await gateway.send("POST", "/api/v1/lessons", token: token, body: "{}") }
                #expect(
                    try await gateway.send("GET", "/gateway/services").body.contains("\"breaker\":\"forced_closed\"")
                )
            }
        }

        @Test("Clients that leave are nobody's fault: the service's request is given up, the breaker stays closed")
        func clientsLeave() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                gateway.lesson.follow { _ in .hang }
                for count in 1...10 {
                    let client = try await gateway.connect()
                    try await client.send(
                        "GET /api/v1/lessons HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n"
                    )
                    try await eventually("the request is there") { gateway.lesson.requests.count == count }
                    try await client.close()
                }
                gateway.lesson.follow { _ in .answer() }
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200)
                try await eventually("nothing is on its way") {
                    let services = try await gateway.send("GET", "/gateway/services").body
                    return !services.contains("\"outstanding\":1") && services.contains("\"breaker\":\"closed\"")
                }
            }
        }
    }
}
