internal import EventSourcing
internal import EventStorePostgres
internal import Postgres

/// The achievements that students hold.
struct AchievementsProjection: Projection {
    typealias Source = Student

    static let name = "achievements"
    static let tables = ["achievements"]

    func project(_ recorded: Recorded<StudentEvent>, into session: PostgresSession) throws {
        let student = recorded.stream.id
        switch recorded.event {
        case .achievementEarned(let event):
            session.enqueue(
                """
                INSERT INTO achievements (student_id, achievement_id, xp, earned_at)
                VALUES (\(student), \(event.achievementID), \(event.xp), \(recorded.recordedAt))
                """
            )
        case .achievementRevoked(let event):
            session.enqueue(
                "DELETE FROM achievements WHERE student_id = \(student) AND achievement_id = \(event.achievementID)"
            )
        case .created, .lessonRecorded, .lessonWithdrawn, .levelChanged:
            break
        }
    }
}
