import Contracts
import EventSourcing
import Foundation
import TestKit
import Testing

@testable import UserService

@Suite("What the others learn about people")
struct UserPublicationsTests {
    private func publish(_ payload: any EventPayload, _ category: String) throws -> [IntegrationEvent] {
        let stored = NewEvent(
            id: .sample(100),
            type: type(of: payload).type,
            schemaVersion: 1,
            data: try payload.encoded(event: .sample(100), cipher: OpenCipher()),
            metadata: EventMetadata(correlationID: "story"),
            recordedAt: Sample.noon
        )
        return try UserPublications.all.publish(
            RecordedEvent(
                position: GlobalPosition(transaction: 1, sequence: 1),
                stream: StreamName(category: category, id: Sample.anna),
                streamVersion: StreamVersion(rawValue: 1),
                event: stored
            )
        )
    }

    @Test(
        "is who came, who is related to whom, and who left",
        arguments: [
            (Sample.registered, ["user.created"]), (Sample.introduced, ["user.created"]),
            (Sample.tutored, ["user.relation_added"]), (Sample.untutored, ["user.relation_removed"]),
            (Sample.issued, []), (Sample.missed, []), (Sample.codeWithdrawn, []),
            (Sample.redeemed, []), (Sample.passwordChanged, []),
            (Sample.strengthened, []),
            (Sample.profileChanged, ["user.updated"]), (Sample.blocked, ["user.blocked"]),
            (Sample.unblocked, ["user.unblocked"]), (Sample.erased, ["user.erased"]),
        ]
    )
    func types(_ event: UserEvent, _ types: [String]) throws {
        #expect(try self.publish(event.payload, User.category).map(\.type) == types)
    }

    @Test("is what the contracts list, all of it and nothing else")
    func listed() throws {
        let published = try Sample.events.flatMap { try self.publish($0.payload, User.category).map(\.type) }
        #expect(Set(published) == Set(UserEvents.all.map { $0.type }))
    }

    @Test("never is personal, not even sealed", arguments: Sample.events)
    func nothingPersonal(_ event: UserEvent) throws {
        let known: Set = ["user_id", "role", "locale", "time_zone", "student_id", "relation", "person_id"]
        for published in try self.publish(event.payload, User.category) {
            let members = try JSONDecoder.wire().decode([String: String].self, from: Data(published.data))
            #expect(Set(members.keys).isSubset(of: known))
        }
    }

    @Test("names the student a relation belongs to")
    func relation() throws {
        let published = try #require(try self.publish(Sample.tutored.payload, User.category).first)
        let expected = UserRelationAdded(studentID: Sample.anna, relation: .tutor, personID: Sample.tutor)
        #expect(try published.decode() == expected)
    }

    @Test("is nothing about sessions", arguments: Sample.sessionEvents)
    func sessions(_ event: SessionEvent) throws {
        #expect(try self.publish(event.payload, Session.category).isEmpty)
    }
}
