import Crypto
import EventSourcing
import EventStorePostgres
import Foundation
import Postgres
import SampleService
import Testing

@Suite("Personal data")
struct PersonalDataTests {
    @Test("GD-1: nothing of it stands in any table, and whoever has the key reads it")
    func sealed() async throws {
        try await withTestLog { test in
            let person = UUID.version7()
            try await self.write("Canary-Walked", mood: "Canary-Glad", for: person, test)
            #expect(
                try await self.read(person, test) == [.init(text: .known("Canary-Walked"), mood: .known("Canary-Glad"))]
            )
            let dump = try await self.everything(test)
            #expect(dump.contains(person.lowercased))
            #expect(!dump.localizedCaseInsensitiveContains("canary"))
            #expect(!dump.contains(Data("Canary-Walked".utf8).base64EncodedString().dropLast(4)))
        }
    }

    @Test("GD-3: once the person is erased it reads as erased; the history stays readable and goes on")
    func erased() async throws {
        try await withTestLog { test in
            let (person, other) = (UUID.version7(), UUID.version7())
            try await self.write("first", mood: nil, for: person, test)
            try await self.write("second", mood: "calm", for: person, test)
            try await self.write("other", mood: nil, for: other, test)
            try await test.log.transaction(TestLog.origin) { test.keys.erase(person, in: $0.session) }

            let erased = DiaryEvent.Entry(text: .erased, mood: .erased)
            #expect(try await self.read(person, test) == [erased, erased])
            #expect(try await self.read(other, test).map(\.text) == [.known("other")])
            await #expect(throws: (any Error).self, "an erased person gets no new key by mistake") {
                try await self.write("third", mood: nil, for: person, test)
            }
            #expect(
                try await test.value("SELECT count(*) FROM personal_keys WHERE subject = \(person)", as: Int.self) == 0
            )
        }
    }

    @Test("GD-1: a sealed value opens only in its own event, its own field and with its own key")
    func bound() async throws {
        try await withTestLog { test in
            let person = UUID.version7()
            try await self.write("mine", mood: "mine too", for: person, test)
            let stored = try #require(
                try await test.store.read(StreamName(category: Diary.category, id: person), after: .empty).first
            ).event
            let fields = try #require(
                try JSONSerialization.jsonObject(with: Data(stored.data)) as? [String: String]
            )
            let swapped = ["text": fields["mood"], "mood": fields["text"]].compactMapValues(\.self)
            try await self.expectUnreadable(stored, data: swapped, of: person, test)
            try await self.expectUnreadable(stored, id: .version7(), data: fields, of: person, test)
            try await self.write("key", mood: nil, for: .version7(), test)
            let stranger = try await test.value(
                "SELECT subject FROM personal_keys WHERE subject <> \(person)",
                as: UUID.self
            )
            try await self.expectUnreadable(stored, data: fields, of: stranger, test)
        }
    }

    @Test("two requests that meet a new person at the same time make one key")
    func race() async throws {
        try await withTestLog { test in
            let person = UUID.version7()
            try await withThrowingTaskGroup { group in
                for writer in 0..<4 {
                    group.addTask { try await self.write("entry \(writer)", mood: nil, for: person, test) }
                }
                try await group.waitForAll()
            }
            #expect(try await self.read(person, test).count == 4)
            #expect(try await self.read(person, test).allSatisfy { $0.text.value != nil })
        }
    }

    @Test("a key that was wrapped by another key of the environment does not open")
    func wrappingKey() async throws {
        try await withTestLog { test in
            let person = UUID.version7()
            try await self.write("mine", mood: nil, for: person, test)
            let thief = PersonalKeys(wrappingKey: SymmetricKey(size: .bits256))
            await #expect(throws: (any Error).self) {
                try await test.client.withSession { _ = try thief.cipher(of: person, in: $0) }
            }
        }
    }

    private func write(_ text: String, mood: String?, for person: UUID, _ test: TestLog) async throws {
        let diaries = test.diaries
        try await test.log.transaction(TestLog.origin) {
            try diaries.handle(.write(text: text, mood: mood), on: person, in: $0)
        }
    }

    private func read(_ person: UUID, _ test: TestLog) async throws -> [DiaryEvent.Entry] {
        let diaries = test.diaries
        return try await test.log.transaction(TestLog.origin) { try diaries.load(person, in: $0).state.entries }
    }

    private func expectUnreadable(
        _ stored: NewEvent,
        id: UUID? = nil,
        data: [String: String],
        of person: UUID,
        _ test: TestLog
    ) async throws {
        let moved = NewEvent(
            id: id ?? stored.id,
            type: stored.type,
            schemaVersion: stored.schemaVersion,
            data: [UInt8](try JSONEncoder().encode(data)),
            metadata: stored.metadata,
            recordedAt: stored.recordedAt
        )
        await #expect(throws: EventCodingError.self) {
            try await test.client.withSession { session in
                _ = try DiaryEvent.codec.decode(moved, cipher: try test.keys.cipher(of: person, in: session))
            }
        }
    }

    /// Every row of every table, as text.
    private func everything(_ test: TestLog) async throws -> String {
        try await test.client.withSession { session in
            let tables = try session.query("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
            return try tables.flatMap { table in
                try session.query("SELECT row::text FROM \(identifier: try table.decode(0)) AS row")
                    .map { try $0.decode(0, as: String.self) }
            }.joined(separator: "\n")
        }
    }
}
