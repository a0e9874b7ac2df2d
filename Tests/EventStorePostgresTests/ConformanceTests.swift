import EventSourcing
import EventStorePostgres
import TestKit
import Testing

@Suite("Every event store keeps the same promises")
struct ConformanceTests {
    @Test("the one in memory", arguments: EventStoreConformance.allCases)
    func memory(_ promise: EventStoreConformance) async throws {
        try await promise.check(InMemoryEventStore())
    }

    @Test("the one in Postgres", arguments: EventStoreConformance.allCases)
    func postgres(_ promise: EventStoreConformance) async throws {
        try await withTestLog { try await promise.check($0.store) }
    }
}
