internal import Contracts
internal import EventStorePostgres
internal import Messaging

/// Opens a record for every student who comes to the platform.
///
/// It holds no word about anybody: when the student is erased it stays, as numbers without a name.
struct UserSubscriptions: Sendable {
    let students: AggregateRepository<Student>

    func add(to subscriptions: inout Subscriptions) {
        subscriptions.on(UserCreated.self, from: "user") { received, work in
            guard received.payload.role == .student else { return }
            try self.students.handle(.open, on: received.payload.userID, in: work)
        }
    }
}
