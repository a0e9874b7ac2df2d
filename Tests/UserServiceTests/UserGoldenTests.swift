import EventSourcing
import TestKit
import Testing

@testable import UserService

@Suite("The stored form of people's events")
struct UserGoldenTests {
    @Test("never changes", arguments: Sample.events)
    func neverChanges(_ event: UserEvent) throws {
        try GoldenFiles().expectStable(event)
    }

    @Test("never changes for sessions", arguments: Sample.sessionEvents)
    func sessionsNeverChange(_ event: SessionEvent) throws {
        try GoldenFiles().expectStable(event)
    }

    @Test("is guarded for every event")
    func isGuarded() throws {
        try GoldenFiles().expectFiles(for: UserEvent.codec.types + SessionEvent.codec.types)
    }
}
