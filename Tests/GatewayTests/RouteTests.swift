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

    @Test("A routes file with a path twice, or with something that is no path, does not start")
    func mistakes() {
        #expect(throws: RoutingTableError.twice("/a")) {
            try RoutingTable([Route("/a", .service(.user), .open), Route("/a", .service(.lesson), .token)])
        }
        #expect(throws: RoutingTableError.notAPath("a")) { try RoutingTable([Route("a", .service(.user), .open)]) }
        #expect(throws: RoutingTableError.notAPath("/a/")) { try RoutingTable([Route("/a/", .service(.user), .open)]) }
    }

    @Test("Whoever has no token can reach only what is meant for them")
    func openRoutes() throws {
        let open = try RoutingTable.platform().routes.filter { route in
            if case .open = route.access, case .service = route.destination { true } else { false }
        }
        #expect(
            open.allSatisfy {
                $0.prefix.contains("/auth/") || ["/.well-known/jwks.json", "/calendar"].contains($0.prefix)
            }
        )
        #expect(open.filter { $0.prefix.contains("/auth/") }.allSatisfy { $0.limit != .general })
    }

    @Test(
        "GW-5: a path that could be read in two ways is refused",
        arguments: [
            "", "a", "http://host/a", "*", "//a", "/a//b", "/a/../b", "/..", "/a/.", "/./a", "/a/%2e%2e/b", "/a/%2E/b",
            "/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b", "/a%00", "/a%0d%0ab", "/a%0A", "/a%7f", "/a%", "/a%4", "/a%zz",
            "/a b",
            "/a\u{1}", "/a#b", "/a%25", "/é", "/a/.hidden", "/.well-known", "/a?b=%00", "/a?b=%0d", "/a?b=%",
        ]
    )
    func refusedTargets(target: String) {
        #expect(!RequestTarget.isAcceptable(target))
    }

    @Test(
        "A path that has one meaning passes",
        arguments: [
            "/", "/a/b", "/a/", "/a.b", "/a/b.ics", "/.well-known/jwks.json", "/a?b=../c", "/a?u=http://x//y", "/a%20b",
            "/a?q=%D0%98%2F", "/a/b;c=1", "/a?x[]=1|2", "/a/b..c", "/~me/@you/!$&'()*+,=:",
        ]
    )
    func acceptedTargets(target: String) {
        #expect(RequestTarget.isAcceptable(target))
    }
}
