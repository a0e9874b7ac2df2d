internal import Contracts
internal import EventStorePostgres
internal import FoundationEssentials
public import Messaging
internal import Postgres

/// Follows the user service.
public enum DirectorySubscriptions {
    /// The service that knows.
    private static let source = "user"

    /// Adds what the directory listens to.
    public static func add(to subscriptions: inout Subscriptions) {
        subscriptions.on(UserCreated.self, from: Self.source) { received, work in
            let user = received.payload
            work.session.enqueue(
                """
                INSERT INTO directory_people (id, role, status, locale, time_zone)
                VALUES (\(user.userID), \(user.role.rawValue), 'active', \(user.locale.rawValue), \(user.timeZone.description))
                ON CONFLICT DO NOTHING
                """
            )
        }
        subscriptions.on(UserUpdated.self, from: Self.source) { received, work in
            let user = received.payload
            work.session.enqueue(
                """
                UPDATE directory_people SET locale = \(user.locale.rawValue), time_zone = \(user.timeZone.description)
                WHERE id = \(user.userID)
                """
            )
        }
        subscriptions.on(UserBlocked.self, from: Self.source) { $1.setStatus(.blocked, of: $0.payload.userID) }
        subscriptions.on(UserUnblocked.self, from: Self.source) { $1.setStatus(.active, of: $0.payload.userID) }
        subscriptions.on(UserErased.self, from: Self.source) { $1.setStatus(.erased, of: $0.payload.userID) }
        subscriptions.on(UserRelationAdded.self, from: Self.source) { received, work in
            let link = received.payload
            work.session.enqueue(
                """
                INSERT INTO directory_relations (student, relation, person)
                VALUES (\(link.studentID), \(link.relation.rawValue), \(link.personID)) ON CONFLICT DO NOTHING
                """
            )
        }
        subscriptions.on(UserRelationRemoved.self, from: Self.source) { received, work in
            let link = received.payload
            work.session.enqueue(
                """
                DELETE FROM directory_relations WHERE student = \(link.studentID)
                AND relation = \(link.relation.rawValue) AND person = \(link.personID)
                """
            )
        }
    }
}

extension UnitOfWork {
    fileprivate func setStatus(_ status: Person.Status, of person: UUID) {
        self.session.enqueue("UPDATE directory_people SET status = \(status.rawValue) WHERE id = \(person)")
    }
}
