internal import Contracts
internal import Foundation
internal import ServiceKit

// From what clients send to what the domain understands.

extension PlanLessonRequest {
    /// Who is to be taught, in whichever of the two ways it was said.
    fileprivate func students() throws -> StudentGroup {
        switch (self.studentIDs, self.studentID) {
        case (let students?, nil): return try StudentGroup(students)
        case (nil, let student?): return try StudentGroup([student])
        case (nil, nil): throw Problem.invalid("student_ids", "is required")
        case (.some, .some): throw Problem.invalid("student_id", "must not be given together with student_ids")
        }
    }
}

extension LessonPlan {
    /// Planned in UTC when the client named no zone.
    init(_ body: PlanLessonRequest, tutor: UUID) throws {
        var errors = FieldErrors()
        let students = try errors.value { try body.students() }
        let zone = try errors.value { try body.timeZone.map(TimeZoneID.init(checking:)) ?? .utc }
        let duration = try errors.value { try body.durationMinutes.map(LessonDuration.init(minutes:)) ?? .usual }
        guard let students, let zone, let duration else { throw errors.problem }
        self.init(tutorID: tutor, students: students, subject: body.subject, startsAt: body.startsAt, timeZone: zone)
        self.topic = body.topic ?? ""
        self.type = body.lessonType ?? .regular
        self.skills = body.skills ?? []
        self.duration = duration
        self.roomURL = body.roomURL
        self.notes = body.notes
    }
}

extension LessonChange {
    init(_ body: ChangeLessonRequest) throws(LessonRefusal) {
        self.init(
            subject: body.subject,
            topic: body.topic,
            type: body.lessonType,
            skills: body.skills,
            duration: try body.durationMinutes.map { minutes throws(LessonRefusal) in
                try LessonDuration(minutes: minutes)
            },
            roomURL: body.roomURL,
            notes: body.notes
        )
    }
}

extension LessonReport {
    init(_ body: CompleteLessonRequest) throws(LessonRefusal) {
        self.init()
        self.score = try body.score.map { points throws(LessonRefusal) in try Score(points) }
        self.attendance = body.attendance ?? .attended
        self.mastery = body.masteryLevel
        self.comment = body.comment
        self.participants = try (body.participants ?? []).map { participant throws(LessonRefusal) in
            Participation(
                studentID: participant.studentID,
                attendance: participant.attendance ?? self.attendance,
                score: try participant.score.map { points throws(LessonRefusal) in try Score(points) }
            )
        }
    }
}
