internal import Contracts
internal import EventStorePostgres
public import Messaging

/// Follows the user service.
public enum DirectorySubscriptions {
    /// The service that knows.
    private static let source = "user"

    /// Adds what the directory listens to.
    public static func add(to subscriptions: inout Subscriptions) {
        subscriptions.on(UserCreated.self, from: Self.source) { received, work in
            let user = received.payload
            DirectoryWriter.add(user.userID, user.role, user.locale, user.timeZone, in: work.session)
        }
        subscriptions.on(UserUpdated.self, from: Self.source) { received, work in
            let user = received.payload
            DirectoryWriter.update(user.userID, user.locale, user.timeZone, in: work.session)
        }
        subscriptions.on(UserBlocked.self, from: Self.source) { received, work in
            DirectoryWriter.set(.blocked, of: received.payload.userID, in: work.session)
        }
        subscriptions.on(UserUnblocked.self, from: Self.source) { received, work in
            DirectoryWriter.set(.active, of: received.payload.userID, in: work.session)
        }
        subscriptions.on(UserErased.self, from: Self.source) { received, work in
            DirectoryWriter.set(.erased, of: received.payload.userID, in: work.session)
        }
        subscriptions.on(UserRelationAdded.self, from: Self.source) { received, work in
            let link = received.payload
            DirectoryWriter.relate(link.personID, as: link.relation, to: link.studentID, in: work.session)
        }
        subscriptions.on(UserRelationRemoved.self, from: Self.source) { received, work in
            let link = received.payload
            DirectoryWriter.separate(link.personID, as: link.relation, from: link.studentID, in: work.session)
        }
    }
}
