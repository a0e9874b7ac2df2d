import EventSourcing
import FoundationEssentials
import TestKit
import Testing

@Suite("Personal data in events")
struct PersonalTests {
    private let id = UUID.sample(7)
    private let sent = ParcelEvent.Sent(to: .known("Анна"), from: .known("Борис"), weightGrams: 300)

    private func stored(_ data: [UInt8], id: UUID? = nil) -> NewEvent {
        NewEvent(
            id: id ?? self.id,
            type: ParcelEvent.Sent.type,
            schemaVersion: 3,
            data: data,
            metadata: EventMetadata(correlationID: "story"),
            recordedAt: Date(timeIntervalSince1970: 0)
        )
    }

    @Test("GD-4: reads as erased without the key, and the rest stays readable")
    func erased() throws {
        let data = try self.sent.encoded(event: self.id, cipher: OpenCipher())
        let event = try ParcelEvent.codec.decode(self.stored(data))
        #expect(event == .sent(.init(to: .erased, from: .erased, weightGrams: 300)))
    }

    @Test("that was not given stays not given: erased is something else")
    func absent() throws {
        let sent = ParcelEvent.Sent(to: .known("Анна"), weightGrams: 300)
        let data = try sent.encoded(event: self.id, cipher: OpenCipher())
        guard case .sent(let read) = try ParcelEvent.codec.decode(self.stored(data)) else {
            Issue.record("not the event that was written")
            return
        }
        #expect(read.to == .erased)
        #expect(read.from == nil)
    }

    @Test("GD-1: is never written without a cipher")
    func noCipher() {
        let error = #expect(throws: EncodingError.self) { try self.sent.encoded(event: self.id) }
        #expect(!String(describing: error).contains("Анна"))
    }

    @Test("can not be written again once it is erased")
    func noValue() {
        let tombstone = ParcelEvent.Sent(to: .erased, weightGrams: 300)
        #expect(throws: EncodingError.self) { try tombstone.encoded(event: self.id, cipher: OpenCipher()) }
    }

    @Test("GD-1: is bound to its event")
    func boundToEvent() throws {
        let data = try self.sent.encoded(event: self.id, cipher: OpenCipher())
        #expect(throws: EventCodingError.self) {
            try ParcelEvent.codec.decode(self.stored(data, id: .sample(8)), cipher: OpenCipher())
        }
    }

    @Test("GD-1: is bound to its field")
    func boundToField() throws {
        let data = try self.sent.encoded(event: self.id, cipher: OpenCipher())
        let text = String(decoding: data, as: UTF8.self)
        let swapped = text.replacing("\"to\":", with: "\"x\":").replacing("\"from\":", with: "\"to\":")
        #expect(throws: EventCodingError.self) {
            try ParcelEvent.codec.decode(self.stored(Array(swapped.utf8)), cipher: OpenCipher())
        }
    }

    @Test("does not show when something that holds it is printed")
    func printed() {
        #expect(!"\(self.sent)".contains("Анна"))
        #expect(!String(reflecting: self.sent).contains("Анна"))
        #expect(self.sent.to.value == "Анна")
        #expect(Personal<String>.erased.value == nil)
    }
}
