import NIOCore
import ServiceKit
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("Raw requests (GW-5, cases 37 to 39)")
    struct SmugglingTests {
        @Test(
            "Whatever has two readings is refused, the connection ends, and no service sees a second request",
            arguments: RawRequest.all.filter { $0.meaning == .refused }
        )
        func refused(raw: RawRequest) async throws {
            try await TestGateway.with { gateway in
                let client = try await gateway.connect()
                let authorization = "Authorization: Bearer \(try gateway.token())"
                let path = "/api/v1/lessons"
                let text = raw.text(path: path, hidden: "\(path)/smuggled", authorization: authorization)
                try await client.send(
                    ByteBuffer(bytes: text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
                )
                let answer = try await client.answer()
                #expect([400, 405, 501, 505].contains(answer.status))
                #expect(answer.value("X-Correlation-ID") != nil)
                #expect(answer.value("Content-Type") == "application/problem+json")
                do {
                    try await client.send("GET \(path)/smuggled HTTP/1.1\r\nHost: g\r\n\r\n")
                } catch is ChannelError {
                    // The connection has ended already.
                }
                try await eventually("the connection ends") { client.isClosed }
                #expect(!gateway.lesson.requests.contains { $0.isComplete || $0.uri.contains("smuggled") })
            }
        }

        @Test(
            "Case 38: a request line with something between the lines does not pass",
            arguments: [
                "GET /api/v1/lessons%0d%0aX-Evil:1 HTTP/1.1", "GET /api/v1/lessons%00 HTTP/1.1",
                "GET /api/v1/lessons\0 HTTP/1.1",
                "GET /api/v1/les\rsons HTTP/1.1", "GET /api/v1/lessons%2f..%2fusers HTTP/1.1",
                "GET /api/v1/lessons/../users HTTP/1.1",
                "GET /api/v1/lessons\\..\\users HTTP/1.1", "GET /auth/%6Cogin HTTP/1.1",
                "GET //evil.example/a HTTP/1.1",
                "GET http://evil.example/a HTTP/1.1",
                "GET /api/v1/lessons HTTP/1.1 HTTP/1.1", "GET /api/v1/lessons HTTP/2.0", "GET /api/v1/lessons HTTP/0.9",
                "GET /api/v1/lessons HTP/1.1", "G\0T /api/v1/lessons HTTP/1.1", "CONNECT evil.example:443 HTTP/1.1",
                "TRACE /api/v1/lessons HTTP/1.1", "* * HTTP/1.1",
            ]
        )
        func badLines(line: String) async throws {
            try await TestGateway.with { gateway in
                let client: RawClient = try await gateway.connect()
                let token = try gateway.token()
                try await client.send("\(line)\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n")
                let answer = try await client.answer()
                #expect([400, 405, 505].contains(answer.status))
                #expect(answer.value("X-Correlation-ID") != nil)
                #expect(gateway.lesson.requests.isEmpty)
                #expect(gateway.user.requests.allSatisfy { $0.uri == "/api/v1/users" })
                try await client.close()
            }
        }

        @Test("Case 39: too long or too many headers are 431, a too long path is 414, and the next client is served")
        func sizes() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                func status(_ head: String) async throws -> Int {
                    let client = try await gateway.connect()
                    try await client.send("\(head)\r\n\r\n")
                    let status = try await client.answer().status
                    try await client.close()
                    return status
                }
                let start = "GET /api/v1/lessons HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)"
                let short = "\r\nX-A: b"
                let long = "\r\nX-A: \(String(repeating: "b", count: 1000))"
                #expect(try await status("\(start)\r\nX-A: \(String(repeating: "a", count: 17_000))") == 431)
                #expect(try await status("\(start)\(String(repeating: short, count: 101))") == 431)
                #expect(try await status("\(start)\(String(repeating: long, count: 20))") == 431)
                #expect(try await status("\(start)\(String(repeating: short, count: 90))") == 200)
                let path = String(repeating: "a", count: 8200)
                #expect(try await status("GET /api/v1/lessons?\(path) HTTP/1.1\r\nHost: g") == 414)
                #expect(try await status(start) == 200)
            }
        }

        @Test("Headers of an answer are written from its parts: hop-by-hop ones stay behind")
        func answers() async throws {
            try await TestGateway.with { gateway in
                gateway.lesson.follow { _ in
                    .raw(
                        "HTTP/1.1 200 Fine\r\nConnection: X-Hop\r\nX-Hop: 1\r\nServer: secret/1.0\r\nX-Correlation-ID: other123\r\n"
                            + "X-RateLimit-Limit: 7\r\nKeep-Alive: timeout=5\r\nETag: \"3\"\r\nContent-Length: 2\r\n\r\n{}"
                    )
                }
                let answer = try await gateway.send("GET", "/api/v1/lessons", token: gateway.token())
                #expect(answer.status == 200)
                #expect(answer.value("ETag") == "\"3\"")
                #expect(answer.headers.filter { $0.name == "X-Correlation-ID" }.count == 1)
                #expect(answer.value("X-Correlation-ID") != "other123")
                #expect(answer.value("X-RateLimit-Limit") != "7")
                for name in ["X-Hop", "Server", "Keep-Alive"] { #expect(answer.value(name) == nil) }
            }
        }
    }
}
