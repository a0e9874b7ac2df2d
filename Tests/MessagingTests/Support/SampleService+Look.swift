import EventSourcing
import Foundation
import Postgres
import SampleService
import TestKit
import Testing

extension SampleService {
    /// One value of one row.
    func value<T: PostgresDecodable & Sendable>(_ sql: SQL, as type: T.Type = T.self) async throws -> T {
        try await self.client.withSession { session in
            try #require(try session.queryFirst(sql)).decode(0, as: T.self)
        }
    }

    /// The marbles of the events that had an effect here, in order.
    func received() async throws -> [Int] {
        try await self.client.withSession { session in
            try session.query("SELECT count FROM received ORDER BY number").map { try $0.decode(0, as: Int.self) }
        }
    }

    /// Waits until these events, in this order and no others, have had their effect.
    func expectReceived(
        _ counts: [Int],
        within limit: Duration = .seconds(20),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await eventually(within: limit, "\(counts.count) events", line: UInt(sourceLocation.line)) {
            try await self.value("SELECT count(*) FROM received", as: Int.self) >= counts.count
        }
        let received = try await self.received()
        #expect(received == counts, sourceLocation: sourceLocation)
    }

    /// Waits until the service knows that it has missed nothing of what a publisher has published.
    func expectComplete(upTo publisher: SampleService) async throws {
        let last = try await publisher.value("SELECT max(position) FROM events", as: Int.self)
        try await eventually("the progress being noted") {
            try await self.value("SELECT min(position) FROM subscription_progress", as: Int?.self) ?? 0 >= last
        }
    }

    /// The read model, for comparison.
    func jars() async throws -> [UUID: Int] {
        try await self.client.withSession { session in
            Dictionary(
                uniqueKeysWithValues: try session.query("SELECT id, marbles FROM jar_contents").map {
                    (try $0.decode(0, as: UUID.self), try $0.decode(1, as: Int.self))
                }
            )
        }
    }
}
