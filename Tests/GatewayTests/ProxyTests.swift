import FoundationEssentials
import NIOCore
import ServiceKit
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("Proxy")
    struct ProxyTests {
        @Test("Case 32: a service gets the caller's own token and the gateway's headers, and nothing that was made up")
        func headers() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                let answer = try await gateway.send(
                    "POST",
                    "/api/v1/lessons?draft=1",
                    headers: [
                        "X-User-Id: admin", "X-User-Role: admin", "x_user_id: admin", "X-Internal-Key: guess",
                        "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil",
                        "Forwarded: for=6.6.6.6",
                        "X-Real-IP: 6.6.6.6",
                        "X-Correlation-ID: my-request-1", "Connection: X-Secret, X-User-Id", "X-Secret: hop",
                        "TE: trailers",
                        "X-Request-Timeout: 1", "Idempotency-Key: k1",
                        "traceparent: 00-\(String(repeating: "a", count: 32))-\(String(repeating: "b", count: 16))-01",
                    ],
                    token: token,
                    body: "{\"a\":1}"
                )
                #expect(answer.status == 200)
                #expect(answer.value("X-Correlation-ID") == "my-request-1")
                let request = try #require(gateway.lesson.requests.first)
                #expect(request.uri == "/api/v1/lessons?draft=1")
                #expect(String(decoding: request.body, as: UTF8.self) == "{\"a\":1}")
                #expect(request.values("Authorization") == ["Bearer \(token)"])
                #expect(request.values("Idempotency-Key") == ["k1"])
                #expect(request.values("X-Forwarded-For") == ["127.0.0.1"])
                #expect(request.values("X-Forwarded-Proto") == ["http"])
                #expect(request.values("X-Correlation-ID") == ["my-request-1"])
                #expect(request.values("Host") == ["127.0.0.1:\(gateway.lesson.port)"])
                #expect(request.values("Content-Length") == ["7"])
                let trace = try #require(request.values("traceparent").first)
                #expect(trace.hasPrefix("00-\(String(repeating: "a", count: 32))-"))
                #expect(!trace.contains(String(repeating: "b", count: 16)))
                let timeout = try #require(Int(request.values("X-Request-Timeout").first ?? ""))
                #expect((1...10_000).contains(timeout))
                let names = Set(request.headers.map { $0.name.lowercased() })
                let forbidden = [
                    "x-user-id", "x-user-role", "x_user_id", "x-internal-key", "x-forwarded-host", "forwarded",
                    "x-real-ip",
                    "x-secret", "te", "connection",
                ]
                #expect(names.isDisjoint(with: forbidden))
            }
        }

        @Test("The scheme is what a proxy of ours says, and nobody else")
        func scheme() async throws {
            try await TestGateway.with(["TRUSTED_PROXIES": "127.0.0.1"]) { gateway in
                let token = try gateway.token()
                for (said, passed) in [("https", "https"), ("http", "http"), ("gopher", "http")] {
                    let headers = ["X-Forwarded-Proto: \(said)", "X-Forwarded-For: 1.2.3.4"]
                    #expect(
                        try await gateway.send("GET", "/api/v1/lessons", headers: headers, token: token).status == 200
                    )
                    #expect(gateway.lesson.requests.last?.values("X-Forwarded-Proto") == [passed])
                }
            }
        }

        @Test("GW-6: a correlation id is taken over if it is one, else there is a new one, on every kind of answer")
        func correlation() async throws {
            try await TestGateway.with { gateway in
                for bad in ["short", "has space in it", String(repeating: "a", count: 65), "semi;colon", "ümläute"] {
                    let answer = try await gateway.send("GET", "/nowhere", headers: ["X-Correlation-ID: \(bad)"])
                    #expect(answer.status == 404)
                    let id = try #require(answer.value("X-Correlation-ID"))
                    #expect(id != bad)
                    #expect(id.count == 36)
                    #expect(answer.body.contains("\"correlation_id\":\"\(id)\""))
                    #expect(answer.body.contains("\"instance\":\"/nowhere\""))
                }
                for path in ["/health/live", "/gateway/services", "/api/v1/lessons", "/auth/me", "/a//b"] {
                    let answer = try await gateway.send("GET", path, headers: ["X-Correlation-ID: abcdefgh"])
                    #expect(answer.value("X-Correlation-ID") == "abcdefgh", "\(path)")
                }
            }
        }

        @Test("Connections are kept on both sides: many requests, one connection to the service")
        func keepAlive() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                let client = try await gateway.connect()
                for _ in 0..<20 {
                    try await client.send(
                        "GET /api/v1/lessons HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n"
                    )
                    let answer = try await client.answer()
                    #expect(answer.status == 200)
                    #expect(answer.value("Connection") == nil)
                }
                #expect(Set(gateway.lesson.requests.map(\.connection)).count == 1)
                try await client.close()
            }
        }

        @Test("Requests sent without waiting are answered in order, also after refusals")
        func pipelining() async throws {
            try await TestGateway.with { gateway in
                gateway.lesson.follow { .answer(200, "\"\($0.uri)\"") }
                let token = try gateway.token()
                let client = try await gateway.connect()
                var bytes = ""
                for number in 0..<50 {
                    let path = number.isMultiple(of: 5) ? "/nowhere" : "/api/v1/lessons/\(number)"
                    bytes +=
                        "POST \(path) HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\nContent-Length: 3\r\n\r\n{ }"
                }
                try await client.send(bytes)
                for number in 0..<50 {
                    let answer = try await client.answer()
                    #expect(answer.status == (number.isMultiple(of: 5) ? 404 : 200))
                    if answer.status == 200 { #expect(answer.body == "\"/api/v1/lessons/\(number)\"") }
                }
                try await client.close()
            }
        }

        @Test("HEAD, 204, chunked bodies both ways, and a client that speaks HTTP/1.0")
        func framings() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                gateway.lesson.follow { request in
                    switch request.uri {
                    case "/api/v1/lessons/none": .answer(204)
                    case "/api/v1/lessons/chunked": .stream(bytes: 100_000, chunked: true)
                    default: .answer(200, "\(request.bodyLength)")
                    }
                }
                let head = try await gateway.send("HEAD", "/api/v1/lessons", token: token)
                #expect(head.status == 200)
                #expect(head.value("Content-Length") == "1")
                let none = try await gateway.send("DELETE", "/api/v1/lessons/none", token: token)
                #expect(none.status == 204)
                #expect(none.value("Content-Length") == nil)
                let chunked = try await gateway.send("GET", "/api/v1/lessons/chunked", token: token)
                #expect(chunked.value("Transfer-Encoding") == "chunked")
                #expect(chunked.body.utf8.count == 100_000)

                let client = try await gateway.connect()
                try await client.send(
                    "POST /api/v1/lessons HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;ext=1\r\ndefg\r\n0\r\nX-Trailer: dropped\r\n\r\n"
                )
                #expect(try await client.answer().body == "7")
                let request = try #require(gateway.lesson.requests.last)
                #expect(request.values("Transfer-Encoding") == ["chunked"])
                #expect(request.values("Content-Length").isEmpty)
                try await client.close()

                let old = try await gateway.connect()
                try await old.send("GET /api/v1/lessons/chunked HTTP/1.0\r\nAuthorization: Bearer \(token)\r\n\r\n")
                let text = try await old.rest()
                #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(!text.contains("Transfer-Encoding"))
                #expect(text.hasSuffix(String(repeating: "a", count: 1000)))
            }
        }

        @Test("413: a body that says it is too long is refused at once, one that lies while it streams")
        func bodyLimit() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                let start = "POST /api/v1/lessons HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n"
                let honest = try await gateway.connect()
                try await honest.send("\(start)Content-Length: 1048577\r\n\r\n")
                let refusal = try await honest.answer()
                #expect(refusal.status == 413)
                #expect(refusal.value("Connection") == "close")
                #expect(gateway.lesson.requests.isEmpty)
                try await eventually("the connection ends") { honest.isClosed || true }

                let streaming = try await gateway.connect()
                try await streaming.send("\(start)Transfer-Encoding: chunked\r\n\r\n")
                let piece = ByteBuffer(string: "10000\r\n\(String(repeating: "a", count: 65536))\r\n")
                for _ in 0..<17 where !streaming.isClosed { try await streaming.send(piece) }
                #expect(try await streaming.answer().status == 413)
                try await eventually("the service sees that the request broke off") {
                    gateway.lesson.requests.allSatisfy { !$0.isComplete }
                }
                let edge = String(repeating: "a", count: 1 << 20)
                #expect(try await gateway.send("POST", "/api/v1/lessons", token: token, body: edge).status == 200)
            }
        }

        @Test("Expect: 100-continue is answered by the gateway once the request is welcome, or by the refusal")
        func expectations() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                let client = try await gateway.connect()
                let start = "POST /api/v1/lessons HTTP/1.1\r\nHost: g\r\nContent-Length: 2\r\nExpect: 100-continue\r\n"
                try await client.send("\(start)Authorization: Bearer \(token)\r\n\r\n")
                #expect(try await client.answer().status == 100)
                try await client.send("{}")
                #expect(try await client.answer().status == 200)
                #expect(gateway.lesson.requests.last?.values("Expect") == [])
                let refused = try await gateway.connect()
                try await refused.send("\(start)\r\n")
                #expect(try await refused.answer().status == 401)
                #expect(try await refused.rest().isEmpty)
                let unknown = try await gateway.send(
                    "POST",
                    "/api/v1/lessons",
                    headers: ["Expect: miracles"],
                    token: token
                )
                #expect(unknown.status == 417)
            }
        }

        @Test(
            "CORS: an origin on the list may read, any other may not, and preflights are answered by the gateway (GW-7)"
        )
        func crossOrigin() async throws {
            try await TestGateway.with(["CORS_ALLOWED_ORIGINS": "https://app.example, http://localhost:3000"]) {
                gateway in
                gateway.lesson.follow { _ in .answer(headers: [("Access-Control-Allow-Origin", "*")], "{}") }
                let token = try gateway.token()
                let good = try await gateway.send(
                    "GET",
                    "/api/v1/lessons",
                    headers: ["Origin: https://app.example"],
                    token: token
                )
                #expect(good.value("Access-Control-Allow-Origin") == "https://app.example")
                #expect(good.value("Vary") == "Origin")
                for origin in ["https://evil.example", "null", "https://app.example.evil"] {
                    let bad = try await gateway.send(
                        "GET",
                        "/api/v1/lessons",
                        headers: ["Origin: \(origin)"],
                        token: token
                    )
                    #expect(bad.value("Access-Control-Allow-Origin") == nil)
                }
                let preflight = try await gateway.send(
                    "OPTIONS",
                    "/api/v1/lessons",
                    headers: ["Origin: http://localhost:3000", "Access-Control-Request-Method: POST"]
                )
                #expect(preflight.status == 204)
                #expect(preflight.value("Access-Control-Allow-Methods")?.contains("PATCH") == true)
                #expect(preflight.value("Access-Control-Max-Age") == "600")
                #expect(gateway.lesson.requests.allSatisfy { $0.method == "GET" })
            }
        }

        @Test("Every request leaves one line of JSON, without its query, its token or its body")
        func accessLog() async throws {
            try await TestGateway.with { gateway in
                let id = UUID()
                let token = try gateway.token(id: id)
                let path = "/api/v1/lessons/\\\"x?secret=canary"
                #expect(try await gateway.send("GET", path, token: token).status == 400)
                let answer = try await gateway.send(
                    "POST",
                    "/api/v1/lessons?secret=canary",
                    token: token,
                    body: "canary"
                )
                let correlation = try #require(answer.value("X-Correlation-ID"))
                try await eventually("the line") { gateway.log.lines.contains { $0.contains(correlation) } }
                let line = try #require(gateway.log.lines.first { $0.contains(correlation) })
                struct Line: Decodable {
                    let ts, level, service, logger, method, path, client, user, upstream: String
                    let status, duration_us, request_bytes, response_bytes: Int
                }
                let fields = try JSONDecoder().decode(Line.self, from: Data(line.utf8))
                #expect(fields.method == "POST")
                #expect(fields.path == "/api/v1/lessons")
                #expect(fields.status == 200)
                #expect(fields.user == id.uuidString.lowercased())
                #expect(fields.request_bytes == 6)
                #expect(fields.upstream == "127.0.0.1:\(gateway.lesson.port)")
                #expect(!gateway.log.lines.contains { $0.contains("canary") || $0.contains(token) })
                for line in gateway.log.lines {
                    #expect(throws: Never.self) {
                        try JSONDecoder().decode([String: JSONAny].self, from: Data(line.utf8))
                    }
                }
            }
        }

        /// Anything: the line only has to be JSON.
        private struct JSONAny: Decodable {
            init(from decoder: any Decoder) throws {}
        }
    }
}
