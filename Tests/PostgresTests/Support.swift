import Foundation
import Logging
import Postgres
import Synchronization
import TestKit
import Testing

/// Runs `body`, which must throw a `PostgresError`, and returns that error.
func failure<R>(
    sourceLocation: SourceLocation = #_sourceLocation,
    of body: () async throws -> R
) async throws -> PostgresError {
    do {
        _ = try await body()
    } catch let error as PostgresError {
        return error
    }
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    throw PostgresTestFailure.nothingThrown
}

/// Counts how often something happened, for closures that may run several times.
final class Counter: Sendable {
    private let number = Atomic(0)

    var value: Int { self.number.load(ordering: .sequentiallyConsistent) }

    @discardableResult
    func increment() -> Int { self.number.add(1, ordering: .sequentiallyConsistent).newValue }
}

enum PostgresTestFailure: Error {
    case nothingThrown
}

/// Lends a session on the shared test server, for statements that leave nothing behind.
func withSharedSession<R: Sendable>(_ body: @Sendable (PostgresSession) throws -> R) async throws -> R {
    let client = try TestPostgres.client(try TestServers.url("TEST_POSTGRES_URL"))
    defer { client.close() }
    return try await client.withSession(body)
}

/// Lends a private server and a client of it.
func withPrivateClient(
    configure: @Sendable (inout PostgresConfiguration) -> Void = { _ in },
    _ body: @Sendable (PrivateServer, PostgresClient) async throws -> Void
) async throws {
    try await PrivateServer.with(.postgres) { server in
        let client = try localClient(port: server.port, configure: configure)
        defer { client.close() }
        try await body(server, client)
    }
}

/// A client of the database `postgres` on a port of this machine.
func localClient(
    port: Int,
    database: String = "postgres",
    configure: (inout PostgresConfiguration) -> Void = { _ in }
) throws -> PostgresClient {
    let url = try #require(URL(string: "postgres://postgres@127.0.0.1:\(port)/\(database)"))
    return try TestPostgres.client(url, configure: configure)
}

extension PostgresClient {
    /// One value of one row.
    func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
        try await self.withSession { session in
            let row = try #require(try session.queryFirst(sql))
            return try row.decode(0, as: T.self)
        }
    }
}

extension Logger {
    static let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
}

/// What `dump` shows.
func dumped(_ value: Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text
}
