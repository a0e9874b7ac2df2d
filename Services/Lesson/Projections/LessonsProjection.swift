internal import Contracts
internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Postgres

/// Lessons as people see them: one row each.
struct LessonsProjection: Projection {
    typealias Source = Lesson

    static let name = "lessons"
    static let tables = ["lessons"]

    func project(_ recorded: Recorded<LessonEvent>, into session: PostgresSession) throws {
        let id = recorded.stream.id
        if case .scheduled(let event) = recorded.event {
            session.enqueue(try Self.insert(id, event, recorded.recordedAt))
        } else {
            session.enqueue(Self.update(id, recorded.event.lesson))
        }
        switch recorded.event {
        case .scheduled:
            break
        case .updated(let event):
            session.enqueue(
                "UPDATE lessons SET room_url = \(event.roomURL?.value), notes = \(event.notes?.value) WHERE id = \(id)"
            )
        case .started:
            self.setStatus(.inProgress, of: id, in: session)
        case .rescheduled:
            self.setStatus(.rescheduled, of: id, in: session)
            session.enqueue("UPDATE lessons SET has_moved = true WHERE id = \(id)")
        case .cancelled:
            self.setStatus(.cancelled, of: id, in: session)
        case .completed(let event):
            self.setStatus(.completed, of: id, in: session)
            session.enqueue(
                """
                UPDATE lessons SET participants = \(try PostgresJSON(encoding: event.participants)),
                    mastery_level = \(event.mastery?.rawValue), comment = \(event.comment?.value)
                WHERE id = \(id)
                """
            )
        case .completionReverted:
            session.enqueue(
                """
                UPDATE lessons SET mastery_level = NULL, comment = NULL, participants = '[]',
                    status = CASE WHEN has_moved THEN 'rescheduled' ELSE 'scheduled' END
                WHERE id = \(id)
                """
            )
        case .attendanceCorrected(let event):
            session.enqueue(
                """
                UPDATE lessons SET participants = (
                    SELECT jsonb_agg(CASE WHEN p ->> 'student_id' = \(event.participant.studentID.lowercased)
                                          THEN \(try PostgresJSON(encoding: event.participant)) ELSE p END ORDER BY place)
                    FROM jsonb_array_elements(participants) WITH ORDINALITY AS each (p, place))
                WHERE id = \(id)
                """
            )
        case .textsErased:
            session.enqueue(
                """
                UPDATE lessons SET room_url = NULL, notes = NULL, comment = NULL, texts_erased = true WHERE id = \(id)
                """
            )
        }
        session.enqueue(
            """
            UPDATE lessons SET version = \(recorded.streamVersion.rawValue), updated_at = \(recorded.recordedAt)
            WHERE id = \(id)
            """
        )
    }

    private func setStatus(_ status: LessonStatus, of id: UUID, in session: PostgresSession) {
        session.enqueue("UPDATE lessons SET status = \(status.rawValue) WHERE id = \(id)")
    }

    private static func insert(_ id: UUID, _ event: LessonEvent.Scheduled, _ now: Date) throws -> SQL {
        let lesson = event.lesson
        return """
            INSERT INTO lessons (id, tutor_id, student_ids, subject, topic, lesson_type, skills, starts_at,
                original_starts_at, duration_minutes, time_zone, status, participants, room_url, notes, version,
                created_at, updated_at)
            VALUES (\(id), \(lesson.tutorID), \(lesson.studentIDs), \(lesson.subject), \(lesson.topic),
                \(lesson.type.rawValue), \(lesson.skills)::text[], \(lesson.startsAt), \(lesson.startsAt),
                \(lesson.durationMinutes), \(lesson.timeZone.description), \(LessonStatus.scheduled.rawValue),
                '[]', \(event.roomURL?.value), \(event.notes?.value), 1, \(now), \(now))
            """
    }

    private static func update(_ id: UUID, _ lesson: LessonOutline) -> SQL {
        """
        UPDATE lessons SET subject = \(lesson.subject), topic = \(lesson.topic), lesson_type = \(lesson.type.rawValue),
            skills = \(lesson.skills)::text[], starts_at = \(lesson.startsAt), duration_minutes = \(lesson.durationMinutes)
        WHERE id = \(id)
        """
    }
}
