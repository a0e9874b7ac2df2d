import EventSourcing
import FoundationEssentials
import TestKit
import Testing

@Suite("Names of streams and places in the log")
struct NamesAndPlacesTests {
    @Test("a stream's name reads back")
    func streamName() throws {
        let name = StreamName(category: "lesson", id: .sample(1))
        #expect(name.description == "lesson-0193168e-d800-7000-8000-000000000001")
        #expect(StreamName(name.description) == name)
    }

    @Test("anything else names no stream", arguments: ["", "lesson", "lesson-", "-\(UUID.sample(1))", "lesson-1"])
    func noStreamName(_ text: String) {
        #expect(StreamName(text) == nil)
    }

    @Test("a place reads back")
    func position() {
        let place = GlobalPosition(transaction: .max, sequence: 42)
        #expect(GlobalPosition(place.description) == place)
    }

    @Test("anything else is no place", arguments: ["", "1", "1/2/3", "/", "a/b", "-1/2", "1/"])
    func noPosition(_ text: String) {
        #expect(GlobalPosition(text) == nil)
    }

    @Test("a place is before another by transaction first")
    func order() {
        let early = GlobalPosition(transaction: 1, sequence: 9)
        let late = GlobalPosition(transaction: 2, sequence: 3)
        #expect(GlobalPosition.start < early)
        #expect(early < late)
        #expect(late < GlobalPosition(transaction: 2, sequence: 4))
    }
}
