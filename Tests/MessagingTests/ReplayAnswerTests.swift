import EventSourcing
import Foundation
import Testing

@testable import Messaging

@Suite("The answer to whoever may have missed something")
struct ReplayAnswerTests {
    /// The log of the publisher: a, b, a, b, … at the places 1 to 10.
    private let log = (1...10).map { Self.event($0 % 2 == 1 ? "a" : "b", at: $0) }

    @Test("is everything for a service that is new")
    func new() {
        #expect(self.answer(["a": (after: 0, furthest: nil, count: 0)]) == [1, 3, 5, 7, 9])
    }

    @Test("is only what is younger when the counts agree")
    func complete() {
        #expect(self.answer(["a": (after: 0, furthest: 5, count: 3)]) == [7, 9])
        #expect(self.answer(["a": (after: 3, furthest: 9, count: 3)]) == [])
        #expect(self.answer(["a": (after: 9, furthest: nil, count: 0)]) == [])
    }

    @Test("case 8: is everything since the last complete place when something is missing in between")
    func gap() {
        #expect(self.answer(["a": (after: 0, furthest: 9, count: 4)]) == [1, 3, 5, 7, 9])
        #expect(self.answer(["a": (after: 3, furthest: 7, count: 1)]) == [5, 7, 9])
    }

    @Test("treats each type by itself, and ignores those that nobody wants")
    func types() {
        let answer = self.answer(["a": (after: 0, furthest: 9, count: 5), "b": (after: 2, furthest: 10, count: 1)])
        #expect(answer == [4, 6, 8, 10])
        #expect(self.answer([:]) == [])
    }

    @Test("is everything when more was received than is published today: publications have changed")
    func surplus() {
        #expect(self.answer(["a": (after: 4, furthest: 9, count: 7)]) == [5, 7, 9])
    }

    private func answer(_ wanted: [String: (after: Int, furthest: Int?, count: Int)]) -> [Int64] {
        let request = ReplayRequest(
            replyTo: "",
            id: .version7(),
            wanted: wanted.mapValues {
                .init(after: "1/\($0.after)", furthest: $0.furthest.map { "1/\($0)" }, count: $0.count)
            }
        )
        var answer = ReplayAnswer(to: request)
        if let range = answer.countedRange {
            answer.count(self.log.filter { $0.position > range.after && $0.position <= range.upTo })
        }
        let start = answer.start
        return self.log.filter { $0.position > start && answer.includes($0) }.map(\.position.sequence)
    }

    private static func event(_ type: String, at place: Int) -> IntegrationEvent {
        IntegrationEvent(
            id: .version7(),
            type: type,
            schemaVersion: 1,
            source: "publisher",
            subject: StreamName(category: "thing", id: .version7()),
            streamVersion: StreamVersion(rawValue: 1),
            position: GlobalPosition(transaction: 1, sequence: Int64(place)),
            occurredAt: Date(timeIntervalSince1970: 0),
            metadata: EventMetadata(correlationID: "test"),
            data: []
        )
    }
}
