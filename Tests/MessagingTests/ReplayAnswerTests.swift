import EventSourcing
import Foundation
import RabbitMQ
import Testing

@testable import Messaging

@Suite("The answer to whoever may have missed something")
struct ReplayAnswerTests {
    /// The log of the publisher: a, b, a, b, … at the places 1 to 10.
    private let log = (1...10).map { (type: $0 % 2 == 1 ? "a" : "b", place: $0) }

    @Test("counts and sends, of each wanted type, what came after its place")
    func counts() {
        var answer = ReplayAnswer(to: self.request(["a": 0, "b": 6], forEvents: true))
        #expect(answer.start == GlobalPosition(transaction: 1, sequence: 0))
        #expect(self.sent(by: &answer) == [1, 3, 5, 7, 8, 9, 10])
        #expect(answer.count == 7)
        let marker = answer.marker(upTo: GlobalPosition(transaction: 1, sequence: 10), isComplete: true)
        #expect(marker.published == ["a": .init(after: "1/0", count: 5), "b": .init(after: "1/6", count: 2)])
        #expect(marker.upTo == "1/10")
    }

    @Test("sends nothing to whoever only wants to count, and ignores what nobody wants")
    func countsOnly() {
        var answer = ReplayAnswer(to: self.request(["b": 0, "c": 0], forEvents: false))
        #expect(self.sent(by: &answer).isEmpty)
        let marker = answer.marker(upTo: GlobalPosition(transaction: 1, sequence: 10), isComplete: false)
        #expect(marker.published == ["b": .init(after: "1/0", count: 5), "c": .init(after: "1/0", count: 0)])
    }

    @Test("begins at the beginning when a place makes no sense")
    func nonsense() {
        var answer = ReplayAnswer(to: ReplayRequest(replyTo: "q", wanted: ["a": "?"], isForEvents: true))
        #expect(answer.start == .start)
        #expect(self.sent(by: &answer).count == 5)
    }

    @Test("questions and markers are read as they were written")
    func wire() throws {
        let request = self.request(["a": 3], forEvents: true)
        let marker = ReplayMarker(
            request: request,
            published: ["a": .init(after: "1/3", count: 4)],
            upTo: "1/10",
            isComplete: true
        )
        let sent = try marker.message(from: "jars")
        #expect(sent.routingKey == "queue")
        #expect(sent.type == "replay.marker")
        #expect(try JSONDecoder.wire().decode(ReplayMarker.self, from: Data(sent.body)) == marker)
        let asked = try request.message(to: "jars.replay", from: "counter", patience: .seconds(15))
        #expect(asked.routingKey == "jars.replay")
        #expect(asked.expiration == .seconds(15))
        #expect(
            String(decoding: asked.body, as: UTF8.self)
                == #"{"isForEvents":true,"replyTo":"queue","wanted":{"a":"1/3"}}"#
        )
    }

    private func request(_ wanted: [String: Int], forEvents: Bool) -> ReplayRequest {
        ReplayRequest(replyTo: "queue", wanted: wanted.mapValues { "1/\($0)" }, isForEvents: forEvents)
    }

    /// The places of what is sent.
    private func sent(by answer: inout ReplayAnswer) -> [Int] {
        self.log.filter { answer.take($0.type, at: GlobalPosition(transaction: 1, sequence: Int64($0.place))) }.map(
            \.place
        )
    }
}
