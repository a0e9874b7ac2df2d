internal import Contracts
internal import EventStorePostgres
internal import Messaging
internal import ServiceKit

/// Forgets what was written about lessons of a person who is erased.
///
/// A text about a lesson may be about every student of it, so the whole lesson loses its texts; who was there and how it went
/// stays, because numbers without a name are nobody's.
struct UserSubscriptions: Sendable {
    let lessons: AggregateRepository<Lesson>
    let keys: PersonalKeys

    func add(to subscriptions: inout Subscriptions) {
        subscriptions.on(UserErased.self, from: "user") { received, work in
            let person = received.payload.userID
            for lesson in try LessonsQueries.lessons(of: person, in: work.session) {
                try self.lessons.handle(.eraseTexts, on: lesson, in: work)
                self.keys.erase(lesson, in: work.session)
            }
            Idempotency.forget(person, in: work.session)
        }
    }
}
