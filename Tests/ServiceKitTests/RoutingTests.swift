import Contracts
import EventSourcing
import ServiceTestKit
import TestKit
import Testing

@testable import ServiceKit

@Suite("The route table")
struct RoutingTests {
    private static func declare(_ routes: inout RouteTable) {
        let echo: Route.Handler = { request in
            .text(
                "\(request.route) \(request.parameters.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " "))"
            )
        }
        routes.get("/lessons", .public, echo)
        routes.post("/lessons", .public, echo)
        routes.get("/lessons/{id}", .public, echo)
        routes.get("/lessons/stats", .public, echo)
        routes.post("/lessons/{id}/cancel", .public, echo)
        routes.get("/calendar/{token}.ics", .public, echo)
        routes.get("/charts/{name}", .public, echo)
        routes.get("/charts/{name}.json", .public, echo)
        routes.delete("/lessons/{lesson}/skills/{skill}", .public, echo)
        routes.get("/users/", .public, echo)
    }

    @Test(
        "A path leads to its route, literal parts first",
        arguments: [
            ("GET", "/lessons", "/lessons "),
            ("GET", "/lessons/7", "/lessons/{id} id=7"),
            ("GET", "/lessons/stats", "/lessons/stats "),
            ("POST", "/lessons/stats/cancel", "/lessons/{id}/cancel id=stats"),
            ("GET", "/calendar/a.b.ics", "/calendar/{token}.ics token=a.b"),
            ("GET", "/charts/x.json", "/charts/{name}.json name=x"),
            ("GET", "/charts/x.svg", "/charts/{name} name=x.svg"),
            ("DELETE", "/lessons/1/skills/2", "/lessons/{lesson}/skills/{skill} lesson=1 skill=2"),
            ("GET", "/lessons/%D1%8F%20%2F?x=/y", "/lessons/{id} id=я /"),
            ("GET", "/users", "/users/ "),
            ("GET", "/users/", "/users/ "),
        ]
    )
    func matching(method: String, path: String, answer: String) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let received = try await server.send(method, path)
            #expect(received.status == 200)
            #expect(received.text == answer)
        }
    }

    @Test(
        "An unknown path is a 404 problem",
        arguments: ["/", "/nothing", "/lessons/1/2/3", "/calendar/.ics", "/lessons/%00"]
    )
    func unknown(path: String) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send("GET", path, headers: [("X-Correlation-ID", "correlate-me-1")])
            #expect(answer.status == 404)
            #expect(answer[header: "Content-Type"] == "application/problem+json")
            let problem = try answer.json
            #expect(problem["type"] == "urn:repitbot:problem:not-found")
            #expect(problem["title"] == "There is no such resource")
            #expect(problem["status"] == .integer(404))
            #expect(problem["instance"] == .string(path))
            #expect(problem["correlation_id"] == "correlate-me-1")
        }
    }

    @Test(
        "What is not properly percent-encoded UTF-8 without control characters is no text",
        arguments: [
            "%zz", "%", "%4", "%00", "%0a", "%7F", "%ff", "%C3",
        ]
    )
    func brokenEncoding(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }

    @Test(
        "API5: a method that a path does not have is a 405 that names the others",
        arguments: [
            "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND",
        ]
    )
    func wrongMethod(method: String) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send(method, "/lessons")
            #expect(answer.status == 405)
            #expect(answer[header: "Allow"] == "GET, HEAD, POST")
            #expect(try answer.json["type"] == "urn:repitbot:problem:method-not-allowed")
        }
    }

    @Test("HEAD is GET without the body")
    func head() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send("HEAD", "/lessons")
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
            #expect(answer[header: "Content-Length"] == "9")
        }
    }

    @Test("AU-7: a table with mistakes is refused at the start, with all of them")
    func mistakes() {
        let handler: Route.Handler = { _ in .noContent }
        var routes = RouteTable()
        routes.get("/a/{x}", .public, handler)
        routes.get("/a/{y}", .public, handler)
        routes.get("no-slash", .public, handler)
        routes.get("/b/{id}/c/{id}", .public, handler)
        routes.get("/internal/people", .authenticated, handler)
        routes.get("/people", .internalService, handler)
        let error = #expect(throws: RouteTableError.self) { try RouteTree(routes) }
        #expect(
            error?.mistakes == [
                "GET /a/{y} is declared twice",
                "GET no-slash does not begin with a slash",
                "GET /b/{id}/c/{id} does not name its parameters apart",
                "GET /internal/people: the policy of /internal/ routes, and of no others, is internalService",
                "GET /people: the policy of /internal/ routes, and of no others, is internalService",
            ]
        )
    }

    @Test("A table can be printed")
    func printing() {
        var routes = RouteTable()
        routes.post("/lessons", .role(.tutor, .admin)) { _ in .noContent }
        #expect(routes.routes.map(\.operation) == ["POST /lessons"])
        #expect(routes.routes.map(\.policy.name) == ["role(tutor, admin)"])
    }
}
