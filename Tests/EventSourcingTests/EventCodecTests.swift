import EventSourcing
import FoundationEssentials
import TestKit
import Testing

@Suite("Reading events back")
struct EventCodecTests {
    private let id = UUID.sample(7)

    private func stored(_ json: String, _ type: String = "parcel.sent", version: Int = 3) -> NewEvent {
        NewEvent(
            id: self.id,
            type: type,
            schemaVersion: version,
            data: Array(json.utf8),
            metadata: EventMetadata(correlationID: "story"),
            recordedAt: Date(timeIntervalSince1970: 0)
        )
    }

    private func sealed(_ field: String, _ value: String) throws -> String {
        Data(try OpenCipher().seal(Array("\"\(value)\"".utf8), field: field, event: self.id)).base64EncodedString()
    }

    @Test("gives what was written")
    func roundTrip() throws {
        let sent = ParcelEvent.Sent(to: .known("Анна"), from: .known("Борис"), weightGrams: 300, note: "осторожно")
        let bytes = try sent.encoded(event: self.id, cipher: OpenCipher())
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(try ParcelEvent.codec.decode(self.stored(text), cipher: OpenCipher()) == .sent(sent))
    }

    @Test("lifts older forms step by step", arguments: [1, 2, 3])
    func upcast(_ version: Int) throws {
        let weight = version == 1 ? #""weight":2"# : #""weight_grams":2000"#
        let note = version == 3 ? #","note":"""# : ""
        let json = #"{"to":"\#(try self.sealed("to", "Анна"))",\#(weight)\#(note)}"#
        let event = try ParcelEvent.codec.decode(self.stored(json, version: version), cipher: OpenCipher())
        #expect(event == .sent(.init(to: .known("Анна"), weightGrams: 2_000)))
    }

    @Test(
        "stops at what it can not read, and says so without quoting it",
        arguments: [
            ("parcel.lost", 1, "{}", EventCodingError.Code.unknownType),
            ("parcel.sent", 0, "{}", .missingUpcaster),
            ("parcel.sent", 4, "{}", .fromTheFuture),
            ("parcel.sent", 3, #"{"to":"Secret"}"#, .malformed),
            ("parcel.sent", 3, "Secret", .malformed),
            ("parcel.sent", 1, #"{"weight":"Secret"}"#, .malformed),
        ]
    )
    func unreadable(_ type: String, _ version: Int, _ json: String, _ code: EventCodingError.Code) throws {
        let error = try #require(throws: EventCodingError.self) {
            try ParcelEvent.codec.decode(self.stored(json, type, version: version), cipher: OpenCipher())
        }
        #expect(error.code == code)
        #expect(error.eventID == self.id)
        #expect(!error.description.contains("Secret"))
        #expect(error.description.contains(self.id.lowercased))
    }

    @Test("ignores members that it does not know")
    func unknownMember() throws {
        let json = #"{"parcel":"\#(self.id.lowercased)","seen_by":[],"colour":"red"}"#
        let event = try ParcelEvent.codec.decode(self.stored(json, "parcel.arrived", version: 1))
        #expect(event == .arrived(.init(parcel: self.id)))
    }

    @Test("knows its wire names")
    func types() {
        #expect(ParcelEvent.codec.types == ["parcel.arrived", "parcel.sent"])
    }

    @Test("identifiers are written in lower case everywhere")
    func lowercase() throws {
        let letters = try #require(UUID(uuidString: "ABCDEFAB-CDEF-7ABC-8DEF-ABCDEFABCDEF"))
        let arrived = ParcelEvent.Arrived(parcel: letters, neighbour: letters, seenBy: [letters])
        let text = String(decoding: try arrived.encoded(event: self.id), as: UTF8.self)
        let id = letters.lowercased
        #expect(text == #"{"neighbour":"\#(id)","parcel":"\#(id)","seen_by":["\#(id)"]}"#)
    }

    @Test("an aggregate is what its history made of it")
    func history() throws {
        let sent = try Parcel().decide(.send)
        #expect(try Parcel(from: sent).decide(.send).isEmpty)
        #expect(throws: Parcel.Refusal.notSent) { try Parcel().decide(.arrive) }
    }
}
