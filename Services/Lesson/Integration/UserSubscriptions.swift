internal import Contracts
internal import Directory
internal import EventSourcing
internal import EventStorePostgres
internal import FoundationEssentials
internal import Messaging

/// What it means for lessons that somebody leaves.
struct UserSubscriptions: Sendable {
    let lessons: AggregateRepository<Lesson>

    func add(to subscriptions: inout Subscriptions) {
        subscriptions.on(UserErased.self, from: "user") { received, work in
            TextErasure.order(for: received.payload.userID, in: work)
        }
        subscriptions.on(UserRelationRemoved.self, from: "user") { received, work in
            let link = received.payload
            guard link.relation == .tutor else { return }
            let lessons = try LessonsQueries.upcoming(
                of: link.personID,
                with: link.studentID,
                at: work.now,
                in: work.session
            )
            for lesson in lessons { try self.callOff(lesson, of: link.personID, work) }
        }
    }

    /// Calls a lesson off, unless somebody is left in it whom the tutor teaches: nobody else could, and it would keep the
    /// time of both.
    private func callOff(_ lesson: UUID, of tutor: UUID, _ work: UnitOfWork) throws {
        let loaded = try self.lessons.load(lesson, in: work)
        guard let outline = loaded.state.outline, loaded.state.status.isPlanned,
            try !StudentAccess.teach.admits(tutor, .tutor, toAnyOf: outline.studentIDs, in: work.session)
        else { return }
        try self.lessons.handle(.cancel(.excused, reason: nil, by: nil), on: lesson, from: loaded, in: work)
    }
}
