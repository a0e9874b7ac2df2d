internal import Contracts
internal import EventStorePostgres
internal import Messaging
internal import ServiceKit

/// Opens a record for every student who comes to the platform, and forgets what was answered to a person who is erased.
///
/// The record itself holds no word about anybody: it stays, as numbers without a name.
struct UserSubscriptions: Sendable {
    let students: AggregateRepository<Student>

    func add(to subscriptions: inout Subscriptions) {
        subscriptions.on(UserCreated.self, from: "user") { received, work in
            guard received.payload.role == .student else { return }
            try self.students.handle(.open, on: received.payload.userID, in: work)
        }
        subscriptions.on(UserErased.self, from: "user") { received, work in
            Idempotency.forget(received.payload.userID, in: work.session)
        }
    }
}
