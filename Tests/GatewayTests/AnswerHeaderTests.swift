import Contracts
import NIOCore
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("What every answer carries (GW-3, GW-7)")
    struct AnswerHeaderTests {
        @Test("Every answer tells its limit and its name, and keeps browsers from doing more with it than was meant")
        func everyAnswer() async throws {
            let settings = ["CORS_ALLOWED_ORIGINS": "https://app.example"]
            try await TestGateway.with(settings) { gateway in
                let token = try gateway.token()
                gateway.lesson.follow { $0.uri.hasSuffix("/none") ? .answer(404) : .die }
                let answers = [
                    200: try await gateway.send("GET", "/api/v1/users", token: token),
                    204: try await gateway.send(
                        "OPTIONS",
                        "/api/v1/users",
                        headers: ["Origin: https://app.example", "Access-Control-Request-Method: GET"]
                    ),
                    400: try await gateway.send("GET", "/a/../b"), 401: try await gateway.send("GET", "/api/v1/users"),
                    403: try await gateway.send("GET", "/gateway/breakers", token: token),
                    404: try await gateway.send("GET", "/api/v1/lessons/none", token: token),
                    405: try await gateway.send("TRACE", "/api/v1/users", token: token),
                    413: try await gateway.send(
                        "POST",
                        "/api/v1/users",
                        headers: ["Content-Length: 9999999"],
                        token: token
                    ),
                    503: try await gateway.send("POST", "/api/v1/lessons", token: token, body: "{}"),
                ]
                for (status, answer) in answers {
                    #expect(answer.status == status)
                    for name in ["RateLimit", "RateLimit-Policy", "X-RateLimit-Limit", "X-RateLimit-Remaining"] {
                        #expect(answer.value(name) != nil, "\(status): \(name)")
                    }
                    #expect(answer.value("X-RateLimit-Reset") != nil && answer.value("X-Correlation-ID") != nil)
                    #expect(answer.value("X-Content-Type-Options") == "nosniff")
                    #expect(answer.value("Referrer-Policy") == "no-referrer")
                    #expect(answer.value("Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'")
                    #expect(answer.value("Vary") == "Origin")
                    #expect(answer.value("Strict-Transport-Security") == nil)
                }
                let garbage = try await gateway.connect()
                try await garbage.send("\u{1}\u{2} nonsense\r\n\r\n")
                let answer = try await garbage.answer()
                #expect(answer.status == 400 && answer.value("RateLimit") != nil)
            }
        }

        @Test("Garbage is counted: whoever sends nothing else is told to wait")
        func garbageCounts() async throws {
            try await TestGateway.with(["RATE_LIMIT_PER_MINUTE": "20"]) { gateway in
                var statuses: [Int] = []
                for _ in 0..<12 { statuses.append(try await gateway.send("GET", "/a/../b").status) }
                #expect(statuses.contains(429) && statuses.contains(400))
            }
        }

        @Test("A route that costs more spends more of the same budget")
        func cost() async throws {
            let routes = [
                RouteDefinition("/api/v1/users", .service(.user), .token),
                RouteDefinition("/health/ready", .gateway(.ready), .open, .probe),
                RouteDefinition("/dear", .service(.lesson), .token, cost: 5),
                RouteDefinition("/cheap", .service(.lesson), .token),
            ]
            try await TestGateway.with(["RATE_LIMIT_PER_MINUTE": "100"], routes: routes) { gateway in
                let token = try gateway.token()
                #expect(try await gateway.send("GET", "/dear", token: token).value("X-RateLimit-Remaining") == "15")
                #expect(try await gateway.send("GET", "/cheap", token: token).value("X-RateLimit-Remaining") == "14")
                let rest = try await gateway.burst(4, "GET", "/dear", token: token)
                #expect(rest.map(\.status) == [200, 200, 429, 429])
                #expect(rest.last.flatMap { $0.value("Retry-After") }.flatMap { Int($0) } ?? 0 >= 1)
                // What is left is enough for something cheap.
                #expect(try await gateway.send("GET", "/cheap", token: token).status == 200)
            }
        }

        @Test("What is for the caller only is kept by nobody; where the service knows better, it is believed")
        func caching() async throws {
            try await TestGateway.with { gateway in
                let token = try gateway.token()
                #expect(
                    try await gateway.send("GET", "/api/v1/users", token: token).value("Cache-Control") == "no-store"
                )
                #expect(try await gateway.send("POST", "/auth/login", body: "{}").value("Cache-Control") == "no-store")
                gateway.lesson.follow { _ in
                    .answer(
                        200,
                        headers: [
                            ("Cache-Control", "private, max-age=60"), ("Content-Security-Policy", "default-src 'self'"),
                            ("Strict-Transport-Security", "max-age=0"), ("Referrer-Policy", "unsafe-url"),
                        ]
                    )
                }
                let own = try await gateway.send("GET", "/api/v1/lessons", token: token)
                #expect(own.value("Cache-Control") == "private, max-age=60")
                #expect(own.value("Content-Security-Policy") == "default-src 'self'")
                #expect(own.value("Strict-Transport-Security") == nil)
                #expect(own.headers.filter { $0.name == "Referrer-Policy" }.map(\.value) == ["no-referrer"])
            }
        }

        @Test("Behind a proxy of ours that speaks TLS browsers are told to come that way only")
        func transportSecurity() async throws {
            try await TestGateway.with(["TRUSTED_PROXIES": "127.0.0.0/8"]) { gateway in
                let secure = try await gateway.send("GET", "/health/live", headers: ["X-Forwarded-Proto: https"])
                #expect(secure.value("Strict-Transport-Security") == "max-age=31536000")
            }
        }
    }
}
