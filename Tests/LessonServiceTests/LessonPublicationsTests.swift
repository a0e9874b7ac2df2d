import Contracts
import EventSourcing
import Foundation
import TestKit
import Testing

@testable import LessonService

@Suite("What the others learn about lessons")
struct LessonPublicationsTests {
    private func publish(_ event: LessonEvent) throws -> [IntegrationEvent] {
        let payload = event.payload
        let stored = NewEvent(
            id: .sample(100),
            type: type(of: payload).type,
            schemaVersion: 1,
            data: try payload.encoded(event: .sample(100), cipher: OpenCipher()),
            metadata: EventMetadata(correlationID: "story", actor: Sample.tutor),
            recordedAt: Sample.noon
        )
        return try LessonPublications.all.publish(
            RecordedEvent(
                position: GlobalPosition(transaction: 1, sequence: 1),
                stream: StreamName(category: Lesson.category, id: .sample(50)),
                streamVersion: StreamVersion(rawValue: 3),
                event: stored
            )
        )
    }

    @Test(
        "is every event, under the same name and identity",
        arguments: Sample.events.filter { $0 != Sample.textsErased }
    )
    func everyEvent(_ event: LessonEvent) throws {
        let published = try self.publish(event)
        #expect(published.map(\.type) == [type(of: event.payload).type])
        #expect(published.map(\.id) == [.sample(100)])
        #expect(published.map(\.source) == ["lesson"])
    }

    @Test("is nothing about texts that were erased: nobody else had them")
    func textsErased() throws {
        #expect(try self.publish(Sample.textsErased).isEmpty)
    }

    @Test("is what the contracts list, all of it and nothing else")
    func listed() throws {
        let published = try Sample.events.flatMap { try self.publish($0).map(\.type) }
        #expect(Set(published) == Set(LessonEvents.all.map { $0.type }))
    }

    @Test("names lesson, tutor and every student's result")
    func completed() throws {
        let published = try #require(try self.publish(Sample.completed).first)
        let payload = try published.decode(LessonCompleted.self)
        #expect(payload.lesson.id == .sample(50))
        #expect(payload.lesson.tutorID == Sample.tutor)
        #expect(payload.participants.map(\.score) == [92, nil])
        #expect(payload.mastery == .learned)
    }

    @Test("contains no comment, note or reason", arguments: Sample.events)
    func noFreeText(_ event: LessonEvent) throws {
        for published in try self.publish(event) {
            let text = String(decoding: published.data, as: UTF8.self)
            for secret in ["Хорошо", "циркуль", "Болезнь", "Олимпиада", "Не тот", "Пришёл", "meet.example"] {
                #expect(!text.contains(secret))
            }
        }
    }
}
