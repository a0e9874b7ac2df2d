public import Contracts
public import EventSourcing
public import EventStorePostgres
public import FoundationEssentials
internal import Messaging
internal import Postgres
internal import ServiceKit
internal import TestKit

extension RunningService {
    /// The door to its log, past its HTTP face.
    public var log: EventLog {
        let clock = self.clock
        return EventLog(client: self.postgres, clock: { clock.date })
    }

    /// Lets it take in what other services have published.
    public func receive(_ events: IntegrationEvent...) async throws {
        let subscriptions = self.runtime.subscriptions
        try await self.log.transaction(EventMetadata(correlationID: "tests")) { work in
            for event in try Inbox.admit(events, in: work.session) { try subscriptions.handle(event, in: work) }
        }
    }

    /// Tells it of a person, as the user service would.
    public func meet(_ person: UUID, _ role: PersonRole, zone: TimeZoneID = .utc) async throws {
        let created = UserCreated(userID: person, role: role, locale: .russian, timeZone: zone)
        try await self.receive(.news(created, of: StreamName(category: "user", id: person), at: self.clock.date))
    }

    /// Tells it who teaches a student, or answers for one.
    public func relate(_ person: UUID, as relation: Relation, to student: UUID) async throws {
        let added = UserRelationAdded(studentID: student, relation: relation, personID: person)
        try await self.receive(.news(added, of: StreamName(category: "user", id: student), at: self.clock.date))
    }
}

extension IntegrationEvent {
    /// What a service would publish.
    ///
    /// - Parameter version: That of the stream right after it.
    public static func news(
        _ payload: some PublicPayload,
        of subject: StreamName,
        version: Int64 = 1,
        at time: Date
    ) throws -> IntegrationEvent {
        IntegrationEvent(
            id: .version7(),
            type: Swift.type(of: payload).type,
            schemaVersion: Swift.type(of: payload).schemaVersion,
            source: subject.category,
            subject: subject,
            streamVersion: StreamVersion(rawValue: version),
            position: GlobalPosition(transaction: 1, sequence: .random(in: 1...Int64.max)),
            occurredAt: time,
            metadata: EventMetadata(correlationID: "tests"),
            data: [UInt8](try JSONEncoder.wire().encode(payload))
        )
    }
}
