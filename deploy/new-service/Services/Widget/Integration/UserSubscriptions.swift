internal import Contracts
internal import EventStorePostgres
internal import Messaging
internal import ServiceKit

/// Forgets what was answered to a person who is erased.
struct UserSubscriptions: Sendable {
    func add(to subscriptions: inout Subscriptions) {
        subscriptions.on(UserErased.self, from: "user") { received, work in
            Idempotency.forget(received.payload.userID, in: work.session)
        }
    }
}
