internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Postgres

/// Where each student stands: one row each.
struct ProgressProjection: Projection {
    typealias Source = Student

    static let name = "progress"
    static let tables = ["progress"]

    func project(_ recorded: Recorded<StudentEvent>, into session: PostgresSession) throws {
        let student = recorded.stream.id
        if case .created = recorded.event {
            session.enqueue("INSERT INTO progress (student_id) VALUES (\(student))")
        }
        let earned = recorded.event.ledger.reduce(0) { $0 + $1.amount }
        if earned != 0 {
            session.enqueue("UPDATE progress SET xp = xp + \(earned) WHERE student_id = \(student)")
        }
        switch recorded.event {
        case .lessonRecorded(let event):
            self.set(event.counters, event.streaks, of: student, in: session)
        case .lessonWithdrawn(let event):
            self.set(event.counters, event.streaks, of: student, in: session)
        case .created, .achievementEarned, .achievementRevoked, .levelChanged:
            break
        }
    }

    private func set(_ counters: Counters, _ streaks: Streaks?, of student: UUID, in session: PostgresSession) {
        session.enqueue(
            """
            UPDATE progress SET lessons_completed = \(counters.lessonsCompleted), study_minutes = \(counters.studyMinutes),
                topics_mastered = \(counters.topicsMastered), returns = \(counters.returns)
            WHERE student_id = \(student)
            """
        )
        guard let streaks else { return }
        session.enqueue(
            """
            UPDATE progress SET day_streak = \(streaks.days), best_day_streak = \(streaks.bestDays),
                lesson_streak = \(streaks.lessons), streak_held_until = \(streaks.heldUntil?.description)::date
            WHERE student_id = \(student)
            """
        )
    }
}
