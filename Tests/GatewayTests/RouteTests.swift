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
        let table = try RoutingTable.platform()
        #expect(table.routes[table.index(of: target)].prefix == prefix)
    }

    @Test("Routes with a path twice, or with something that is no path, do not start")
    func mistakes() {
        #expect(throws: RoutingTableError.twice("/a")) {
            try RoutingTable([
                GatewayRoute("/a", .service(.user), .open), GatewayRoute("/a", .service(.lesson), .token),
            ])
        }
        #expect(throws: RoutingTableError.notAPath("a")) {
            try RoutingTable([GatewayRoute("a", .service(.user), .open)])
        }
        #expect(throws: RoutingTableError.notAPath("/a/")) {
            try RoutingTable([GatewayRoute("/a/", .service(.user), .open)])
        }
        #expect(throws: RoutingTableError.notAPath("/a:b")) {
            try RoutingTable([GatewayRoute("/a:b", .service(.user), .open)])
        }
    }

    @Test("Whoever has no token can reach only what is meant for them")
    func openRoutes() throws {
        let open = try RoutingTable.platform().routes.filter { route in
            if case .open = route.access, case .service = route.destination { true } else { false }
        }
        #expect(open.allSatisfy { $0.prefix.contains("/auth/") || $0.prefix == "/.well-known/jwks.json" })
        #expect(open.filter { $0.prefix.contains("/auth/") }.allSatisfy { $0.limit != .general })
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
