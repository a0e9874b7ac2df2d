import EventSourcing
import FoundationEssentials
import ServiceTestKit
import TestKit
import Testing

@testable import ServiceKit

@Suite("Requests and answers over HTTP")
struct BodyTests {
    private struct Plan: Codable {
        let topic: String
        let minutes: Int
    }

    private struct Filter: Decodable {
        let status: [String]?
        let from: Date?
        let tutorID: UUID?
        let isHeld: Bool?

        enum CodingKeys: String, CodingKey {
            case status
            case from
            case tutorID = "tutor_id"
            case isHeld = "held"
        }
    }

    private static func declare(_ routes: inout RouteTable) {
        routes.post("/plans", .public) { request in
            let plan = try await request.decode(Plan.self)
            return try .created(plan, at: "/plans/1")
        }
        routes.get("/plans", .public) { request in
            let filter = try request.query(Filter.self)
            let page = try request.page()
            return .text(
                "\(filter.status ?? []) \(filter.isHeld.map { "\($0)" } ?? "-") \(page.limit) \(page.cursor ?? "-")"
            )
        }
        routes.get("/plans/{id}", .public) { request in .text(try request.id().lowercased) }
        routes.get("/pages", .public) { request in
            let (page, found) = (try request.page(), ["a", "b", "c"])
            return try .json(Page(Array(found.prefix(page.limit + 1)), page) { "after \($0)" })
        }
        routes.get("/times", .public) { request in .text("\(try request.page().position() == nil)") }
        routes.post("/files", .public, bodyLimit: 2 * 1024 * 1024) { request in
            var count = 0
            for try await chunk in request.bodyChunks { count += chunk.count }
            return .text("\(count)")
        }
        routes.get("/stream", .public) { _ in
            .stream(contentType: "text/plain") { write in
                for number in 1...3 { try await write(Array("\(number)\n".utf8)) }
            }
        }
        routes.post("/late", .public) { _ in
            try await Task.sleep(for: .seconds(30))
            return .noContent
        }
        routes.get("/broken", .public) { _ in throw BodyTestsError(secret: "canary-secret") }
    }

    @Test("A body becomes a value, a value becomes an answer")
    func roundTrip() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send("POST", "/plans", json: #"{"topic":"Fractions","minutes":45}"#)
            #expect(answer.status == 201)
            #expect(answer[header: "Location"] == "/plans/1")
            #expect(answer[header: "Content-Type"] == "application/json")
            #expect(answer[header: "X-Content-Type-Options"] == "nosniff")
            #expect(answer.text == #"{"topic":"Fractions","minutes":45}"#)
        }
    }

    @Test(
        "AU-8: fields that a client has no business with are named",
        arguments: [
            (#"{"topic":"x","minutes":1,"role":"admin","balance":7}"#, ["balance", "role"]),
            (#"{"topic":1}"#, ["minutes", "topic"]),
            ("", ["minutes", "topic"]),
        ]
    )
    func wrongFields(body: String, fields: [String]) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send("POST", "/plans", json: body)
            #expect(answer.status == 400)
            #expect(try answer.wrongFields == fields)
        }
    }

    @Test(
        "API4: hostile documents are a 400",
        arguments: [
            "{", String(repeating: "[", count: 10_000), #"{"topic":"x","topic":"y","minutes":1}"#,
        ]
    )
    func hostile(body: String) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send("POST", "/plans", json: body)
            #expect(answer.status == 400)
            #expect(answer.body.count < 500)
        }
    }

    @Test("API4: a body of a hundred thousand unknown fields is refused for their number", arguments: ["{}", "[]"])
    func manyValues(frame: String) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let isObject = frame == "{}"
            let values = (0..<100_000).map { isObject ? "\"\($0)\":1" : "\($0)" }.joined(separator: ",")
            let answer = try await server.send("POST", "/plans", json: "\(frame.prefix(1))\(values)\(frame.suffix(1))")
            #expect(answer.status == 400)
            #expect(try answer.json["detail"] == "The body holds too many values.")
            #expect(answer.body.count < 500)
        }
    }

    @Test("API4: of many mistakes the first fifty are told, and of long names the beginning")
    func manyMistakes() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let tail = String(repeating: "x", count: 90)
            let members = (0..<9_000).map { "\"\($0)\(tail)\":1" }.joined(separator: ",")
            let answer = try await server.send("POST", "/plans", json: "{\(members)}")
            #expect(answer.status == 400)
            #expect(try answer.wrongFields.count == FieldErrors.limit)
            #expect(try answer.json["detail"] == "Only the first 50 mistakes are listed.")
            let long = try await server.send(
                "POST",
                "/plans",
                json: #"{"\#(String(repeating: "я", count: 200_000))":1}"#
            )
            #expect(long.status == 400)
            #expect(long.body.count < 1000)
        }
    }

    @Test(
        "A body of another media type is a 415",
        arguments: [
            [("Content-Type", "text/plain")], [("Content-Type", "application/x-www-form-urlencoded")], [],
        ]
    )
    func mediaType(headers: [(String, String)]) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let body = Array(#"{"topic":"x","minutes":1}"#.utf8)
            let answer = try await server.send("POST", "/plans", headers: headers, bytes: body)
            #expect(answer.status == 415)
        }
    }

    @Test("The media type may have parameters")
    func mediaTypeParameters() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send(
                "POST",
                "/plans",
                headers: [("Content-Type", "Application/JSON; charset=utf-8")],
                bytes: Array(#"{"topic":"x","minutes":1}"#.utf8)
            )
            #expect(answer.status == 201)
        }
    }

    @Test("GW-4: a body of one byte more than allowed is a 413, and the connection goes on", arguments: [0, 1])
    func tooLarge(excess: Int) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let frame = #"{"minutes":1,"topic":""}"#
            let filling = String(repeating: "a", count: RouteTable.jsonBodyLimit - frame.utf8.count + excess)
            let answer = try await server.send("POST", "/plans", json: #"{"minutes":1,"topic":"\#(filling)"}"#)
            #expect(answer.status == (excess == 0 ? 201 : 413))
            let next = try await server.send("GET", "/plans")
            #expect(next.status == 200)
        }
    }

    @Test("A route may take more, piece by piece")
    func upload() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let file = [UInt8](repeating: 7, count: 2 * 1024 * 1024)
            let answer = try await server.send("POST", "/files", headers: [], bytes: file)
            #expect(answer.text == "2097152")
            let larger = try await server.send("POST", "/files", headers: [], bytes: file + [7])
            #expect(larger.status == 413)
        }
    }

    @Test("A query becomes a value")
    func query() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let one = try await server.send("GET", "/plans?status=held&limit=7&held=true&unknown=1")
            #expect(one.text == #"["held"] true 7 -"#)
            let two = try await server.send("GET", "/plans?status=a+b&status=%D1%8F&cursor=abc")
            #expect(two.text == #"["a b", "я"] - 50 abc"#)
        }
    }

    @Test(
        "A query that is wrong names every parameter",
        arguments: [
            ("from=tomorrow&tutor_id=7&held=maybe", ["from", "held", "tutor_id"]),
            ("limit=0", ["limit"]), ("limit=201", ["limit"]), ("limit=many", ["limit"]), ("limit=1&limit=2", ["limit"]),
        ]
    )
    func wrongQuery(query: String, fields: [String]) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send("GET", "/plans?\(query)")
            #expect(answer.status == 400)
            #expect(try answer.wrongFields == fields)
        }
    }

    @Test("An identifier in a path is a UUID")
    func identifiers() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let right = try await server.send("GET", "/plans/0195F0C0-7000-7000-8000-00000000000A")
            #expect(right.text == "0195f0c0-7000-7000-8000-00000000000a")
            let wrong = try await server.send("GET", "/plans/7")
            #expect(wrong.status == 400)
            #expect(try wrong.wrongFields == ["id"])
        }
    }

    @Test("A list always says whether there is more")
    func pages() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let all = try await server.send("GET", "/pages?limit=3")
            #expect(all.text == #"{"items":["a","b","c"],"next_cursor":null}"#)
            let part = try await server.send("GET", "/pages?limit=2")
            #expect(part.text == #"{"items":["a","b"],"next_cursor":"after b"}"#)
        }
    }

    @Test("A cursor that names a time beyond all times is a 400", arguments: [Int64.min, .max])
    func forgedCursor(microseconds: Int64) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let honest = PageCursor(Date(), .version7()).text
            let right = try await server.send("GET", "/times?cursor=\(honest)")
            #expect(right.text == "false")
            let forged = "\(String(microseconds, radix: 36)).\(UUID.version7().lowercased)"
            let wrong = try await server.send("GET", "/times?cursor=\(forged)")
            #expect(wrong.status == 400)
            #expect(try wrong.wrongFields == ["cursor"])
        }
    }

    @Test("An answer may be written piece by piece")
    func streaming() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send("GET", "/stream")
            #expect(answer.text == "1\n2\n3\n")
        }
    }

    @Test("GW-2: nobody works for a caller who has left", arguments: [0, 200])
    func deadline(milliseconds: Int) async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let start = ContinuousClock.now
            let answer = try await server.send("POST", "/late", headers: [("X-Request-Timeout", "\(milliseconds)")])
            #expect(answer.status == 503)
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test("OP-10: a defect is a 500 that tells nothing, in the answer and in the log")
    func defect() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send("GET", "/broken")
            #expect(answer.status == 500)
            #expect(!answer.text.contains("canary"))
            let log = server.log.lines.joined()
            #expect(log.contains("BodyTestsError"))
            #expect(!log.contains("canary"))
        }
    }

    @Test("GW-4: a URL of more than 8 KiB is a 414")
    func longURL() async throws {
        try await TestServer.run(serving: Self.declare) { server in
            let answer = try await server.send("GET", "/plans?cursor=" + String(repeating: "a", count: 9000))
            #expect(answer.status == 414)
        }
    }
}

private struct BodyTestsError: Error {
    let secret: String
}
