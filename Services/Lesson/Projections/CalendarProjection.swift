internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Postgres

/// When people are busy: a row per lesson and person, until the lesson is called off.
struct CalendarProjection: Projection {
    typealias Source = Lesson

    static let name = "calendar"
    static let tables = ["calendar"]

    func project(_ recorded: Recorded<LessonEvent>, into session: PostgresSession) throws {
        let id = recorded.stream.id
        let lesson = recorded.event.lesson
        let end = lesson.startsAt.addingTimeInterval(Double(lesson.durationMinutes) * 60)
        switch recorded.event {
        case .scheduled:
            let people = [lesson.tutorID] + lesson.studentIDs
            session.enqueue(
                """
                INSERT INTO calendar (lesson_id, person, during)
                SELECT \(id), person, tstzrange(\(lesson.startsAt), \(end)) FROM unnest(\(people)) AS person
                """
            )
        case .updated, .rescheduled:
            session.enqueue(
                "UPDATE calendar SET during = tstzrange(\(lesson.startsAt), \(end)) WHERE lesson_id = \(id)"
            )
        case .cancelled:
            session.enqueue("DELETE FROM calendar WHERE lesson_id = \(id)")
        case .started, .completed, .completionReverted, .attendanceCorrected, .textsErased:
            break
        }
    }
}
