internal import Contracts
internal import Directory
internal import EventSourcing
internal import EventStorePostgres
internal import Messaging

/// Lets lessons count, and stop counting, for the students who were there.
struct LessonSubscriptions: Sendable {
    let students: AggregateRepository<Student>
    let levels: LevelCurve

    func add(to subscriptions: inout Subscriptions) {
        subscriptions.on(LessonCompleted.self, from: "lesson") { try self.take($0.event, $1) }
        subscriptions.on(LessonCompletionReverted.self, from: "lesson") { try self.take($0.event, $1) }
        subscriptions.on(LessonAttendanceCorrected.self, from: "lesson") { try self.take($0.event, $1) }
    }

    private func take(_ event: IntegrationEvent, _ work: UnitOfWork) throws {
        guard let outcome = try LessonOutcome(event) else { return }
        for student in outcome.students {
            // Days are counted where the student lives; the lesson's own zone serves until that is known.
            let person = try DirectoryQueries.person(student, in: work.session)
            let zone = person?.timeZone ?? outcome.timeZone
            guard let command = outcome.command(for: student, zone: zone, rules: self.levels) else { continue }
            try self.students.handle(command, on: student, in: work)
        }
    }
}
