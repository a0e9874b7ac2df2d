import NIOCore
import ServiceKit
import Testing

@testable import Gateway

@Suite("Routes")
struct RouteTests {
    @Test(
        "The longest prefix decides, at the borders of segments",
        arguments: [
            ("/auth/login", "/auth/login"), ("/auth/me", "/auth"), ("/auth/loginx", "/auth"), ("/auth?x=1", "/auth"),
            ("/authx", "/"), ("/api/v1/lessons/42/complete", "/api/v1/lessons"),
            ("/api/v1/lessons?limit=5", "/api/v1/lessons"),
            ("/api/v1/lessonsx", "/"), ("/health/ready", "/health/ready"), ("/", "/"),
            ("/.well-known/jwks.json", "/.well-known/jwks.json"), ("/gateway/traces/abcdefgh", "/gateway/traces"),
            ("/internal/traces/abcdefgh", "/"), ("/metrics", "/"),
        ]
    )
    func longestPrefix(target: String, prefix: String) throws {
        #expect(try Self.platform().route(for: target).definition.path == prefix)
    }

    private static func platform() throws -> RoutingTable { try RoutesSource.builtIn.load(metrics: MetricsRegistry()) }

    private static func table(_ routes: RouteDefinition...) throws -> RoutingTable {
        try RoutingTable(routes, metrics: MetricsRegistry())
    }

    @Test(
        "A star is any one segment; the longest path decides, and of two as long the one with a name",
        arguments: [
            ("/users/1", "/users"), ("/users/1/export", "/users/*/export"), ("/users/1/export/2", "/users/*/export"),
            ("/users/me/export", "/users/*/export"), ("/users//export", "/users"), ("/users/1/exports", "/users"),
            ("/users/1/export?x", "/users/*/export"), ("/users/me/x", "/users/me"),
            ("/users/*/export", "/users/*/export"),
        ]
    )
    func stars(target: String, path: String) throws {
        let table = try Self.table(
            RouteDefinition("/users", .service(.user), .token),
            RouteDefinition("/users/me", .service(.user), .token),
            RouteDefinition("/users/*/export", .service(.user), .token)
        )
        #expect(table.route(for: target).definition.path == path)
    }

    @Test(
        "Routes with a path twice, or with something that is no path, do not start",
        arguments: ["a", "/", "/a/", "/a:b", "//a", "/a*"]
    )
    func mistakes(path: String) {
        #expect(throws: RoutingTableError.notAPath(path)) {
            try Self.table(RouteDefinition(path, .service(.user), .open))
        }
        #expect(throws: RoutingTableError.twice("/a/*")) {
            try Self.table(
                RouteDefinition("/a/*", .service(.user), .open),
                RouteDefinition("/a/*", .service(.lesson), .token)
            )
        }
    }

    @Test("Whoever has no token can reach only what is meant for them")
    func openRoutes() throws {
        let open = try Self.platform().routes.map(\.definition).filter { route in
            if case .open = route.access, case .service = route.destination { true } else { false }
        }
        #expect(open.allSatisfy { $0.path.contains("/auth/") || $0.path == "/.well-known/jwks.json" })
        #expect(open.filter { $0.path.contains("/auth/") }.allSatisfy { $0.limit != .general })
    }

    @Test("A file of routes says what each is, and what it does not say is usual")
    func file() throws {
        let routes = try RoutesFile(
            """
            routes:
              - {path: /a, service: lesson, access: token}
              - {path: /b, service: user, access: open, limit: upload, cost: 3, body: 64 MiB, timeout: 500 ms, coalesce: true}
              - {path: /c, gateway: health, access: insider, stream: true, upgrade: true}
            """
        ).routes
        #expect(routes.map(\.path) == ["/a", "/b", "/c"])
        #expect(routes[0].limit == .general && routes[0].cost == 1 && routes[0].maximumBodySize == 1 << 20)
        #expect(routes[0].timeout == .seconds(10) && !routes[0].isCoalesced && !routes[0].isStream)
        #expect(routes[1].limit == .upload && routes[1].cost == 3 && routes[1].maximumBodySize == 64 << 20)
        #expect(routes[1].timeout == .milliseconds(500) && routes[1].isCoalesced)
        #expect(routes[2].destination == .gateway(.health) && routes[2].isStream && routes[2].allowsUpgrade)
    }

    @Test(
        "Whatever is wrong with a line is told with its path; a route without a policy does not start",
        arguments: [
            ("{path: /a, service: lesson}", "access"), ("{path: /a, access: token}", "service or gateway"),
            ("{path: /a, service: lesson, gateway: health, access: token}", "service or gateway"),
            ("{path: /a, service: lessons, access: token}", "service"),
            ("{path: /a, service: user, access: all}", "access"),
            ("{path: /a, service: user, access: open}", "limit"),
            ("{path: /a, service: user, access: token, cost: 0}", "cost"),
            ("{path: /a, service: user, access: token, body: much}", "body"),
            ("{path: /a, service: user, access: token, timeout: 10}", "timeout"),
            ("{path: /a, service: user, access: token, timeout: 2000 min}", "timeout"),
            ("{path: /a, service: user, access: token, retries: 5}", "retries"),
            ("{path: /a, service: user, access: token, access: open}", ""),
            ("{path: /a, gateway: unknown, access: token}", "unknown"),
            ("{path: /a, service: user, access: token, limit: login-site}", "login-site"),
            ("{path: /a, service: user, access: token, coalesce: true, stream: true}", "coalesce"), ("[", ""), ("", ""),
        ]
    )
    func fileMistakes(line: String, mistake: String) {
        let error = #expect(throws: RoutesFileError.self) { try RoutesFile("routes:\n  - \(line)\n") }
        #expect(error?.description.contains(mistake) == true || mistake.isEmpty)
    }

    @Test(
        "A path that could be read in two ways is refused",
        arguments: [
            "", "a", "http://host/a", "*", "//a", "/a//b", "/a/../b", "/..", "/a/.", "/./a", "/a/%2e%2e/b", "/a/%2E/b",
            "/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b", "/a%00", "/a%0d%0ab", "/a%0A", "/a%7f", "/a%", "/a%4", "/a%zz",
            "/a b",
            "/a\u{1}", "/a#b", "/a%25", "/é", "/a/.hidden", "/.well-known", "/a?b=%00", "/a?b=%0d", "/a?b=%",
            "/auth/%6Cogin", "/%61uth/login", "/a%2Db", "/a%5f", "/a%7E", "/a/%2Ewell-known", "/a%30",
        ]
    )
    func refusedTargets(target: String) {
        #expect(!RequestTarget.isAcceptable(target))
    }

    @Test(
        "A path that has one meaning passes",
        arguments: [
            "/", "/a/b", "/a/", "/a.b", "/a/b.ics", "/.well-known/jwks.json", "/a?b=../c", "/a?u=http://x//y", "/a%20b",
            "/a?q=%D0%98%2F", "/a/b;c=1", "/a%3Ab", "/a?b=%61", "/a?x[]=1|2", "/a/b..c", "/~me/@you/!$&'()*+,=:",
        ]
    )
    func acceptedTargets(target: String) {
        #expect(RequestTarget.isAcceptable(target))
    }
}
