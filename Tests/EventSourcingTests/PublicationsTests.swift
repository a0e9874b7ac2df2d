import EventSourcing
import FoundationEssentials
import TestKit
import Testing

@Suite("Telling others")
struct PublicationsTests {
    private struct ParcelSent: PublicPayload {
        static let type = "parcel.sent"
        var receiver: String?
    }

    private struct StampUsed: PublicPayload {
        static let type = "stamp.used"
        static let schemaVersion = 2
    }

    private let publications = Publications(source: "post").adding(Parcel.self) { recorded in
        switch recorded.event {
        case .sent(let sent): [ParcelSent(receiver: sent.to.value), StampUsed(), StampUsed()]
        case .arrived: []
        }
    }

    private func recorded(_ payload: any EventPayload, category: String = "parcel") throws -> RecordedEvent {
        let id = UUID.version7()
        return RecordedEvent(
            position: GlobalPosition(transaction: 5, sequence: 6),
            stream: StreamName(category: category, id: .sample(1)),
            streamVersion: StreamVersion(rawValue: 3),
            event: NewEvent(
                id: id,
                type: type(of: payload).type,
                schemaVersion: type(of: payload).schemaVersion,
                data: try payload.encoded(event: id, cipher: OpenCipher()),
                metadata: EventMetadata(correlationID: "story", causationID: .sample(9), actor: .sample(2)),
                recordedAt: Date(timeIntervalSince1970: 60)
            )
        )
    }

    private let sent = ParcelEvent.Sent(to: .known("Анна"), weightGrams: 300)

    @Test("repeats the same identities, and the first is that of the fact")
    func identities() throws {
        let fact = try self.recorded(self.sent)
        let once = try self.publications.publish(fact)
        #expect(once == (try self.publications.publish(fact)))
        #expect(once.map(\.id).first == fact.event.id)
        #expect(Set(once.map(\.id)).count == 3)
    }

    @Test("says where a fact comes from")
    func origin() throws {
        let fact = try self.recorded(self.sent)
        let event = try #require(try self.publications.publish(fact).last)
        #expect(event.type == "stamp.used")
        #expect(event.schemaVersion == 2)
        #expect(event.source == "post")
        #expect(event.subject == fact.stream)
        #expect(event.streamVersion == fact.streamVersion)
        #expect(event.position == fact.position)
        #expect(event.occurredAt == fact.event.recordedAt)
        #expect(event.metadata == fact.event.metadata)
        #expect(event.consequence.causationID == event.id)
        #expect(event.consequence.correlationID == "story")
        #expect(event.consequence.actor == .sample(2))
    }

    @Test("can not give away what is personal")
    func personal() throws {
        let event = try #require(try self.publications.publish(try self.recorded(self.sent)).first)
        #expect(try event.decode(ParcelSent.self).receiver == nil)
    }

    @Test("keeps quiet about facts that are nobody's business")
    func quiet() throws {
        let arrived = ParcelEvent.Arrived(parcel: .sample(1))
        #expect(try self.publications.publish(try self.recorded(arrived)).isEmpty)
        #expect(try self.publications.publish(try self.recorded(self.sent, category: "secret")).isEmpty)
    }

    @Test("stops at a fact that it can not read")
    func unreadable() throws {
        struct Lost: EventPayload { static let type = "parcel.lost" }
        let fact = try self.recorded(Lost())
        #expect(throws: EventCodingError.self) { try self.publications.publish(fact) }
    }
}
