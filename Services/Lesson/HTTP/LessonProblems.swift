internal import EventSourcing
internal import Foundation
internal import ServiceKit

/// What clients are told when a lesson refuses.
extension LessonRefusal: ProblemConvertible {
    var problem: Problem {
        switch self {
        case .unknownLesson:
            .notFound()
        case .alreadyScheduled:
            .conflict("A lesson of this identity exists already.")
        case .wrongStatus(let status):
            .conflict("The lesson is \(status.rawValue).", slug: "wrong-lesson-status")
        case .notBegun(let earliest):
            .conflict("It is too early: this is possible from \(RFC3339.string(earliest)) on.", slug: "not-begun")
        case .noStudents:
            .invalid("student_ids", "must name a student")
        case .duplicateStudent(let student):
            .invalid("student_ids", "names \(student.lowercased) twice")
        case .tooManyStudents(let limit):
            .invalid("student_ids", "may name \(limit) students at most")
        case .tooFarInThePast:
            .invalid("starts_at", "must not be more than a year ago")
        case .durationOutOfRange:
            .invalid("duration_minutes", "must be from 15 to 300")
        case .scoreOutOfRange:
            .invalid("score", "must be from 0 to 100")
        case .scoreOfAbsentStudent(let student):
            .invalid("participants", "\(student.lowercased) was absent and can not have a score")
        case .notAParticipant(let student):
            .invalid("participants", "\(student.lowercased) is not a student of this lesson")
        case .missing(let field):
            .invalid(field.rawValue, "must not be empty")
        case .tooLong(let field):
            .invalid(field.rawValue, "is too long")
        case .malformed(.roomURL):
            .invalid(LessonField.roomURL.rawValue, "must be an http(s) address")
        case .malformed(let field):
            .invalid(field.rawValue, "holds a character that must not be there")
        case .textsErased(let field):
            .conflict(
                "A student of this lesson was erased; nothing more is kept in \(field.rawValue).",
                slug: "texts-erased"
            )
        }
    }
}

extension Problem {
    /// 409: nobody teaches so much; a script has run away.
    static func tooManyPlanned(limit: Int) -> Problem {
        .conflict("You have \(limit) lessons planned already.", slug: "too-many-planned")
    }

    /// 409: somebody has another lesson in that time.
    ///
    /// The tutor's own lesson is named; of a student's lesson with another tutor only that it is there.
    static func busy(_ obstacle: CalendarQueries.Obstacle?, for tutor: Principal) -> Problem {
        guard let obstacle, obstacle.tutorID == tutor.id else {
            return .conflict("The student has another lesson in that time.", slug: "busy")
        }
        let start = RFC3339.string(obstacle.startsAt)
        let topic = obstacle.topic.isEmpty ? "" : " “\(obstacle.topic)”"
        return .conflict("Lesson \(obstacle.lessonID.lowercased)\(topic) at \(start) is in the way.", slug: "busy")
    }
}
