import EventSourcing
import ServiceTestKit
import Testing

@testable import ServiceKit

@Suite("Versions of objects")
struct ConditionalRequestTests {
    private static func declare(_ routes: inout RouteTable) {
        routes.get("/lesson", .public) { _ in .text("seven").etag(StreamVersion(rawValue: 7)) }
        routes.patch("/lesson", .public) { request in
            try request.checkIfMatch(StreamVersion(rawValue: 7))
            return .noContent
        }
    }

    @Test(
        "If-Match: the object must still have the version that the client knows",
        arguments: [
            (nil, 204), ("*", 204), ("\"7\"", 204), ("\"6\"", 412), ("\"8\"", 412),
            ("7", 400), ("W/\"7\"", 400), ("\"07\"", 400), ("\"-1\"", 400), ("\"x\"", 400), ("\"7\", \"8\"", 400),
        ] as [(String?, Int)]
    )
    func ifMatch(tag: String?, status: Int) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send("PATCH", "/lesson", headers: tag.map { [("If-Match", $0)] } ?? [])
            #expect(answer.status == status)
        }
    }

    @Test(
        "If-None-Match: what the client has already is not sent again",
        arguments: [
            ("\"7\"", 304), ("\"6\", \"7\"", 304), ("*", 304), ("\"6\"", 200),
        ]
    )
    func ifNoneMatch(tag: String, status: Int) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send("GET", "/lesson", headers: [("If-None-Match", tag)])
            #expect(answer.status == status)
            #expect(answer[header: "ETag"] == "\"7\"")
            #expect(answer.text == (status == 304 ? "" : "seven"))
        }
    }
}
