internal import Foundation
internal import Postgres

/// Who is busy when.
enum CalendarQueries {
    /// A lesson that stands in the way.
    struct Obstacle: Sendable {
        let lessonID: UUID
        let tutorID: UUID
        let topic: String
        let startsAt: Date
    }

    /// Whether an error is the constraint that keeps the lessons of a person apart.
    static func isConflict(_ error: PostgresError) -> Bool {
        error.sqlState == .exclusionViolation && error.table == "calendar"
    }

    /// The first other lesson that some of these people have in that time.
    static func obstacle(
        for wish: Appointment,
        except lesson: UUID,
        in session: PostgresSession
    ) throws -> Obstacle? {
        let end = wish.startsAt.addingTimeInterval(Double(wish.minutes) * 60)
        return try session.queryFirst(
            """
            SELECT l.id, l.tutor_id, l.topic, l.starts_at FROM calendar c JOIN lessons l ON l.id = c.lesson_id
            WHERE c.person = ANY(\(wish.people)) AND c.during && tstzrange(\(wish.startsAt), \(end))
              AND c.lesson_id <> \(lesson)
            ORDER BY l.starts_at LIMIT 1
            """
        ).map { row in
            Obstacle(
                lessonID: try row.decode(0),
                tutorID: try row.decode(1),
                topic: try row.decode(2),
                startsAt: try row.decode(3)
            )
        }
    }
}
