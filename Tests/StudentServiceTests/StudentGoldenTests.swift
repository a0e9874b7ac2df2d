import EventSourcing
import TestKit
import Testing

@testable import StudentService

@Suite("The stored form of a student's events")
struct StudentGoldenTests {
    @Test("never changes", arguments: Sample.events)
    func neverChanges(_ event: StudentEvent) throws {
        try GoldenFiles().expectStable(event)
    }

    @Test("is guarded for every event")
    func isGuarded() throws {
        try GoldenFiles().expectFiles(for: StudentEvent.codec.types)
    }
}
