internal import Contracts
internal import EventSourcing
internal import EventStorePostgres
public import Messaging

/// Follows the user service.
public enum DirectorySubscriptions {
    /// The service that knows.
    public static let source = "user"

    /// Adds what the directory listens to.
    public static func add(to subscriptions: inout Subscriptions) {
        subscriptions.on(UserCreated.self, from: Self.source) { received, work in
            let user = received.payload
            let version = received.event.streamVersion
            DirectoryWriter.add(user.userID, user.role, user.locale, user.timeZone, at: version, in: work.session)
        }
        subscriptions.on(UserUpdated.self, from: Self.source) { received, work in
            let user = received.payload
            let version = received.event.streamVersion
            DirectoryWriter.update(user.userID, user.locale, user.timeZone, at: version, in: work.session)
        }
        subscriptions.on(UserBlocked.self, from: Self.source) { received, work in
            let version = received.event.streamVersion
            DirectoryWriter.set(.blocked, of: received.payload.userID, at: version, in: work.session)
        }
        subscriptions.on(UserUnblocked.self, from: Self.source) { received, work in
            let version = received.event.streamVersion
            DirectoryWriter.set(.active, of: received.payload.userID, at: version, in: work.session)
        }
        subscriptions.on(UserErased.self, from: Self.source) { received, work in
            let version = received.event.streamVersion
            DirectoryWriter.set(.erased, of: received.payload.userID, at: version, in: work.session)
        }
        subscriptions.on(UserRelationAdded.self, from: Self.source) { received, work in
            let link = received.payload
            let version = received.event.streamVersion
            DirectoryWriter.relate(link.personID, as: link.relation, to: link.studentID, at: version, in: work.session)
        }
        subscriptions.on(UserRelationRemoved.self, from: Self.source) { received, work in
            let link = received.payload
            let version = received.event.streamVersion
            DirectoryWriter.separate(
                link.personID,
                as: link.relation,
                from: link.studentID,
                at: version,
                in: work.session
            )
        }
    }
}
