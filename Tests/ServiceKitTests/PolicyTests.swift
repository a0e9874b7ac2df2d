import Contracts
import EventSourcing
import FoundationEssentials
import ServiceTestKit
import TestKit
import Testing

@testable import ServiceKit

@Suite("Access policies")
struct PolicyTests {
    private static func declare(_ routes: inout RouteTable) {
        let handler: Route.Handler = { request in .text(request.principalIfKnown?.role.rawValue ?? "nobody") }
        routes.get("/public", .public, handler)
        routes.get("/authenticated", .authenticated, handler)
        routes.get("/tutors", .role(.tutor), handler)
        routes.get("/staff", .role(.tutor, .admin), handler)
        routes.get("/internal/people", .internalService, handler)
    }

    /// For every route what each caller gets; `nil` is somebody without a token.
    private static let matrix: [(path: String, allowed: Set<PersonRole?>, refusal: Int)] = [
        ("/public", [nil, .admin, .tutor, .student, .parent], 0),
        ("/authenticated", [.admin, .tutor, .student, .parent], 403),
        ("/tutors", [.tutor], 403),
        ("/staff", [.admin, .tutor], 403),
        ("/internal/people", [], 401),
    ]

    @Test("API5: every route times every role", arguments: 0..<5)
    func everyRouteTimesEveryRole(index: Int) async throws {
        let (path, allowed, refusal) = Self.matrix[index]
        try await TestServer.run(serving: Self.declare) { server in
            for role in [nil] + PersonRole.allCases.map(Optional.some) {
                let answer = try await server.send("GET", path, as: role)
                if allowed.contains(role) {
                    #expect(answer.status == 200, "\(path) as \(role?.rawValue ?? "nobody")")
                } else {
                    #expect(answer.status == (role == nil ? 401 : refusal), "\(path) as \(role?.rawValue ?? "nobody")")
                }
            }
        }
    }

    @Test("Whatever is wrong with the credentials, the answer is the same")
    func sameWords() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let good = try server.issuer.token(.tutor)
            let expired = try TokenSigner(key: server.issuer.key, now: { Date(timeIntervalSinceNow: -3600) })
                .sign(Principal(id: UUID.version7(), role: .tutor, sessionID: UUID.version7()))
            let credentials: [[(String, String)]] = [
                [], [("Authorization", good)], [("Authorization", "Basic dXNlcjpwYXNz")],
                [("Authorization", "Bearer ")], [("Authorization", "Bearer \(expired)")],
                [("Authorization", "Bearer \(good)x")],
                [("Authorization", "Bearer \(good)"), ("Authorization", "Bearer \(good)")],
                [("X-User-Id", "1"), ("X-User-Role", "admin")],
                [("Cookie", "token=\(good)")],
            ]
            for headers in credentials {
                let answer = try await server.send(
                    "GET",
                    "/tutors",
                    headers: headers + [("X-Correlation-ID", "same-words-1")]
                )
                #expect(answer.status == 401)
                #expect(answer[header: "WWW-Authenticate"] == "Bearer")
                #expect(
                    answer.text
                        == #"{"type":"urn:repitbot:problem:unauthenticated","title":"Authentication is required","#
                        + #""status":401,"instance":"/tutors","correlation_id":"same-words-1"}"#
                )
            }
        }
    }

    @Test("Case 32: identity headers do not make anybody somebody else")
    func spoofing() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send(
                "GET",
                "/authenticated",
                as: .student,
                headers: [("X-User-Id", "1"), ("X-User-Role", "admin"), ("X_User_Role", "admin")]
            )
            #expect(answer.text == "student")
        }
    }

    @Test("Internal routes open to the shared key, to nothing like it, and to no token")
    func internalKey() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let header = Authenticator.internalKeyHeader
            let right = try await server.send("GET", "/internal/people", headers: [(header, TestServer.internalKey)])
            #expect(right.status == 200)
            for wrong in ["", "x", TestServer.internalKey + "x", String(TestServer.internalKey.dropLast())] {
                let answer = try await server.send("GET", "/internal/people", headers: [(header, wrong)])
                #expect(answer.status == 401)
            }
            let admin = try await server.send("GET", "/internal/people", as: .admin)
            #expect(admin.status == 401)
        }
    }

    @Test("A body is not read before its sender is known")
    func bodyAfterAuthentication() async throws {
        try await TestServer.run(serving: { routes in
            routes.post("/lessons", .role(.tutor)) { request in
                try .json(try await request.decode([String: String].self))
            }
        }) { server in
            let answer = try await server.send("POST", "/lessons", json: "not even JSON")
            #expect(answer.status == 401)
        }
    }
}
