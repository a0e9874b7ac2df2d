import Contracts
import Crypto
import EventSourcing
import EventStorePostgres
import FoundationEssentials
import Postgres
import ServiceTestKit
import Synchronization
import TestKit
import Testing

@testable import ServiceKit

@Suite("Idempotency keys")
struct IdempotencyTests {
    private struct Payment: Codable {
        let amount: Int
        var payer: UUID?
        var code: String?
    }

    /// A service that books payments, on a database of its own.
    private static func run<Result: Sendable>(
        _ body: @Sendable (TestServer, PostgresClient) async throws -> Result
    ) async throws -> Result {
        try await TestPostgres.withClient(configure: { $0.schema = "pay" }) { client in
            let migrations =
                IdempotencyMigrations.all + [Migration(100, "bookings", "CREATE TABLE bookings (amount int)")]
            try await Migrator(schema: "pay", client: client).migrate(migrations)
            let log = EventLog(client: client)
            return try await TestServer.run(serving: { routes in
                for (path, requiresKey) in [("/payments", false), ("/money", true)] {
                    routes.post(path, .authenticated) { request in
                        let payment = try await request.decode(Payment.self)
                        return try await log.respond(to: request, requiresKey: requiresKey) { work in
                            guard payment.amount > 0 else { throw Problem.invalid("amount", "must be positive") }
                            work.session.enqueue("INSERT INTO bookings VALUES (\(payment.amount))")
                            return try .created(payment, at: "/payments/1").etag(StreamVersion(rawValue: 1))
                        }
                    }
                }
            }) { server in
                try await body(server, client)
            }
        }
    }

    private static func bookings(_ client: PostgresClient) async throws -> Int {
        try await client.withSession { session in
            try session.queryFirst("SELECT count(*) FROM bookings")?.decode(0, as: Int.self) ?? -1
        }
    }

    @Test("Case 25: a request that is repeated has one effect and one answer")
    func replay() async throws {
        try await Self.run { server, client in
            let headers = try Self.headers(server, key: "key-1")
            let first = try await server.send("POST", "/payments", headers: headers, json: #"{"amount":5}"#)
            let second = try await server.send("POST", "/payments", headers: headers, json: #"{"amount":5}"#)
            #expect(first.status == 201)
            #expect(first[header: "Idempotent-Replayed"] == nil)
            #expect(second.status == 201)
            #expect(second[header: "Idempotent-Replayed"] == "true")
            #expect(second.body == first.body)
            for name in ["Location", "ETag", "Content-Type"] { #expect(second[header: name] == first[header: name]) }
            let count = try await Self.bookings(client)
            #expect(count == 1)
        }
    }

    @Test("Case 25: a hundred equal requests at once have one effect")
    func parallel() async throws {
        try await Self.run { server, client in
            let headers = try Self.headers(server, key: "key-1")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...100 {
                    group.addTask {
                        try await server.send("POST", "/payments", headers: headers, json: #"{"amount":5}"#).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.contains(201))
            #expect(Set(statuses).isSubset(of: [201, 409]))
            let count = try await Self.bookings(client)
            #expect(count == 1)
        }
    }

    @Test("The same key with another body is a 422")
    func otherBody() async throws {
        try await Self.run { server, client in
            let headers = try Self.headers(server, key: "key-1")
            _ = try await server.send("POST", "/payments", headers: headers, json: #"{"amount":5}"#)
            let other = try await server.send("POST", "/payments", headers: headers, json: #"{"amount":6}"#)
            #expect(other.status == 422)
            #expect(try other.json["type"] == "urn:repitbot:problem:idempotency-key-reused")
            let count = try await Self.bookings(client)
            #expect(count == 1)
        }
    }

    @Test("A key belongs to one person and one route")
    func scope() async throws {
        try await Self.run { server, client in
            let mine = try Self.headers(server, key: "key-1")
            let theirs = try Self.headers(server, key: "key-1")
            for (path, headers) in [("/payments", mine), ("/payments", theirs), ("/money", mine)] {
                let answer = try await server.send("POST", path, headers: headers, json: #"{"amount":5}"#)
                #expect(answer.status == 201)
                #expect(answer[header: "Idempotent-Replayed"] == nil)
            }
            let count = try await Self.bookings(client)
            #expect(count == 3)
        }
    }

    @Test("A refusal is not remembered: the corrected request may use the same key")
    func refusals() async throws {
        try await Self.run { server, client in
            let headers = try Self.headers(server, key: "key-1")
            let refused = try await server.send("POST", "/payments", headers: headers, json: #"{"amount":-5}"#)
            #expect(refused.status == 400)
            let accepted = try await server.send("POST", "/payments", headers: headers, json: #"{"amount":5}"#)
            #expect(accepted.status == 201)
            let count = try await Self.bookings(client)
            #expect(count == 1)
        }
    }

    @Test(
        "Where money moves a key is required; a key that is no key is refused",
        arguments: [
            nil, "", "with space", "ключ", String(repeating: "k", count: 256),
        ] as [String?]
    )
    func malformed(key: String?) async throws {
        try await Self.run { server, client in
            let headers = try Self.headers(server, key: key)
            let answer = try await server.send("POST", "/money", headers: headers, json: #"{"amount":5}"#)
            #expect(answer.status == 400)
            #expect(try answer.wrongFields == ["Idempotency-Key"])
            let count = try await Self.bookings(client)
            #expect(count == 0)
        }
    }

    @Test("Answers are forgotten after a week, some at a time")
    func retention() async throws {
        try await Self.run { server, client in
            for key in ["old-1", "old-2", "old-3", "new"] {
                let headers = try Self.headers(server, key: key)
                _ = try await server.send("POST", "/payments", headers: headers, json: #"{"amount":5}"#)
            }
            let purged = try await client.withSession { session in
                try session.execute(
                    "UPDATE idempotency_keys SET created_at = now() - interval '8 days' WHERE key LIKE 'old%'"
                )
                return try (0..<3).map { _ in try Idempotency.purge(upTo: 2, in: session) }
            }
            #expect(purged == [2, 1, 0])
        }
    }

    @Test("Secrets of requests and answers are not kept in clear, and a repeated request gets them all the same")
    func secrets() async throws {
        try await Self.run { server, client in
            let headers = try Self.headers(server, key: "key-1")
            let body = #"{"amount":5,"code":"canary-code"}"#
            let first = try await server.send("POST", "/payments", headers: headers, json: body)
            #expect(first.text.contains("canary-code"))
            let (row, fingerprint) = try await client.withSession { session in
                let row = try session.queryFirst(
                    "SELECT idempotency_keys::text, fingerprint, body FROM idempotency_keys"
                )
                let stored = String(decoding: try row?.decode("body", as: [UInt8].self) ?? [], as: UTF8.self)
                return (
                    stored + (try row?.decode(0, as: String.self) ?? ""),
                    try row?.decode("fingerprint", as: [UInt8].self)
                )
            }
            #expect(!row.contains("canary-code"))
            let plain = Array(SHA256.hash(data: Data("POST /payments\n\(body)".utf8)))
            #expect(fingerprint != plain, "anybody could try passwords on it")
            let second = try await server.send("POST", "/payments", headers: headers, json: body)
            #expect(second[header: "Idempotent-Replayed"] == "true")
            #expect(second.body == first.body)
        }
    }

    @Test("What is stored opens for its own key only")
    func sealing() throws {
        let secret = IdempotencySecret("master")
        func key(_ name: String) -> IdempotencyKey {
            IdempotencyKey(principal: .sample(1), route: "POST /x", key: name, fingerprint: [], secret: secret)
        }
        let sealed = try secret.seal([1, 2, 3], for: key("a"))
        let opened = try secret.open(sealed, for: key("a"))
        #expect(opened == [1, 2, 3])
        #expect(throws: (any Error).self) { try secret.open(sealed, for: key("b")) }
        #expect(throws: (any Error).self) { try IdempotencySecret("other").open(sealed, for: key("a")) }
    }

    @Test("With a person all answers that name the person are forgotten, although they are encrypted")
    func forgetting() async throws {
        try await Self.run { server, client in
            let person = UUID.version7()
            for (key, payer) in [("hers", person), ("others", UUID.version7())] {
                let headers = try Self.headers(server, key: key)
                let body = #"{"amount":5,"payer":"\#(payer.lowercased)"}"#
                _ = try await server.send("POST", "/payments", headers: headers, json: body)
            }
            let left = try await client.withSession { session in
                Idempotency.forget(person, in: session)
                return try session.query("SELECT key FROM idempotency_keys").map { try $0.decode(0, as: String.self) }
            }
            #expect(left == ["others"])
        }
    }

    private static func headers(_ server: TestServer, key: String?) throws -> [(String, String)] {
        let token = try server.issuer.token(.tutor)
        return [("Authorization", "Bearer \(token)")] + (key.map { [("Idempotency-Key", $0)] } ?? [])
    }
}
