import EventSourcing
import TestKit
import Testing

@testable import WidgetService

@Suite("The stored form of widget events")
struct WidgetGoldenTests {
    @Test("never changes", arguments: Sample.events)
    func neverChanges(_ event: WidgetEvent) throws {
        try GoldenFiles().expectStable(event)
    }

    @Test("is guarded for every event")
    func isGuarded() throws {
        try GoldenFiles().expectFiles(for: WidgetEvent.codec.types)
    }
}
