import EventSourcing
import TestKit
import Testing

@testable import LessonService

@Suite("The stored form of lesson events")
struct LessonGoldenTests {
    @Test("never changes", arguments: Sample.events)
    func neverChanges(_ event: LessonEvent) throws {
        try GoldenFiles().expectStable(event)
    }

    @Test("is guarded for every event")
    func isGuarded() throws {
        try GoldenFiles().expectFiles(for: LessonEvent.codec.types)
    }
}
