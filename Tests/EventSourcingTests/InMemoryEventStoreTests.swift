import EventSourcing
import TestKit
import Testing

@Suite("The event store in memory")
struct InMemoryEventStoreTests {
    @Test("keeps every promise of an event store", arguments: EventStoreConformance.allCases)
    func keepsThePromise(_ promise: EventStoreConformance) async throws {
        try await promise.check(InMemoryEventStore())
    }
}
