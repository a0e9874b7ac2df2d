import FoundationEssentials
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("Routes that change")
    struct ReloadTests {
        private static let usual = """
            routes:
              - {path: /health/ready, gateway: ready, access: open, limit: probe}
              - {path: /gateway/metrics, gateway: metrics, access: insider}
              - {path: /api/v1/users, service: user, access: token}
              - {path: /api/v1/lessons, service: lesson, access: token}

            """

        @Test("A route that is added is served at once, over connections that were open before; none of them is lost")
        func added() async throws {
            try await Self.withFile { gateway, write in
                let token = try gateway.token()
                let client = try await gateway.connect()
                let request = "GET /new HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer \(token)\r\n\r\n"
                try await client.send(request)
                #expect(try await client.answer().status == 404)
                gateway.lesson.follow { $0.uri == "/api/v1/lessons/slow" ? .hang : .answer() }
                let waiting = try await gateway.connect()
                try await waiting.send(request.replacing("/new", with: "/api/v1/lessons/slow"))
                try await eventually("it is under way") { !gateway.lesson.requests.isEmpty }

                try write(Self.usual.replacing("/api/v1/lessons", with: "/new"))
                await gateway.application.reloader.reload()
                try await client.send(request)
                #expect(try await client.answer().status == 200)
                // What had begun stays on its route.
                gateway.lesson.cutConnections()
                #expect(try await waiting.answer().status == 503)
                try await waiting.send(request.replacing("/new", with: "/api/v1/lessons/slow"))
                #expect(try await waiting.answer().status == 404)
                #expect(gateway.user.connectionCount > 0)
            }
        }

        @Test("A file with a mistake, or without any, changes nothing and is counted")
        func mistake() async throws {
            try await Self.withFile { gateway, write in
                let token = try gateway.token()
                for text in ["routes: []  # none\n- x", "routes:\n  - {path: /a, service: user}\n", "", "\u{0}"] {
                    try write(text)
                    await gateway.application.reloader.reload()
                    #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200)
                }
                let metrics = try await gateway.send("GET", "/gateway/metrics").body
                #expect(metrics.contains(#"gateway_reloads_total{outcome="failure"} 4"#))
            }
        }

        private static func withFile(
            _ body: @escaping @Sendable (TestGateway, @Sendable (String) throws -> Void) async throws -> Void
        ) async throws {
            let file = URL(filePath: "/tmp/routes-\(UUID().uuidString).yaml")
            try Data(self.usual.utf8).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            try await TestGateway.with(["ROUTES_FILE": file.path]) { gateway in
                try await body(gateway) { try Data($0.utf8).write(to: file) }
            }
        }
    }
}
