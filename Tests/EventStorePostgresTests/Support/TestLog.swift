import Crypto
import EventSourcing
import EventStorePostgres
import Foundation
import Postgres
import SampleService
import TestKit
import Testing

/// An event log in a database of its own.
struct TestLog {
    let url: URL
    let client: PostgresClient
    let schema: String
    let wrappingKey = SymmetricKey(size: .bits256)

    var log: EventLog { EventLog(client: self.client) }
    var store: PostgresEventStore { PostgresEventStore(client: self.client) }
    var keys: PersonalKeys { PersonalKeys(wrappingKey: self.wrappingKey) }
    var jars: AggregateRepository<Jar> { AggregateRepository(projections: [JarContents()]) }
    var diaries: AggregateRepository<Diary> { AggregateRepository(keys: self.keys) }

    static let origin = EventMetadata(correlationID: "test")
    static let migrations = EventStoreMigrations.all + [JarContents.migration]

    /// Adds marbles to a jar, each time in a transaction.
    @discardableResult
    func add(_ counts: [Int], to jar: UUID) async throws -> Versioned<Jar> {
        let jars = self.jars
        return try await self.log.transaction(Self.origin) { try jars.handle(.add(counts), on: jar, in: $0) }
    }

    func load(_ jar: UUID) async throws -> Versioned<Jar> {
        let jars = self.jars
        return try await self.log.transaction(Self.origin) { try jars.load(jar, in: $0) }
    }

    /// One value of one row.
    func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
        try await self.client.withSession { session in
            try #require(try session.queryFirst(sql)).decode(0, as: T.self)
        }
    }

    func execute(_ sql: SQL) async throws {
        try await self.client.withSession { _ = try $0.execute(sql) }
    }

    /// Follows the log event by event, as other transactions of the shared server let it.
    func follow(count: Int) async throws -> [RecordedEvent] {
        var seen: [RecordedEvent] = []
        try await eventually("\(count) events") {
            seen += try await self.store.readAll(after: seen.last?.position ?? .start, limit: 1)
            return seen.count == count
        }
        return seen
    }

    func stream(_ jar: UUID) -> StreamName { StreamName(category: Jar.category, id: jar) }
}

/// Lends an event log in a new database.
func withTestLog(
    configure: @escaping @Sendable (inout PostgresConfiguration) -> Void = { _ in },
    _ body: @Sendable (TestLog) async throws -> Void
) async throws {
    try await TestPostgres.withDatabase { url in
        let schema = "sample_service"
        let client = try TestPostgres.client(url) {
            $0.schema = schema
            configure(&$0)
        }
        defer { client.close() }
        try await Migrator(schema: schema, client: client).migrate(TestLog.migrations)
        try await body(TestLog(url: url, client: client, schema: schema))
    }
}
