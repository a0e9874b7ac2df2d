internal import Contracts
internal import Foundation
internal import ServiceKit

// From what clients send to what the domain understands.

extension PlanLessonRequest {
    /// Who is to be taught, in whichever of the two ways it was said.
    fileprivate func students() throws(Problem) -> [UUID] {
        switch (self.studentIDs, self.studentID) {
        case (let students?, nil): return students
        case (nil, let student?): return [student]
        case (nil, nil): throw .invalid("student_ids", "is required")
        case (.some, .some): throw .invalid("student_id", "must not be given together with student_ids")
        }
    }
}

extension TimeZoneID {
    /// Reads a zone that a client named.
    fileprivate init(checking name: String) throws(Problem) {
        guard let zone = TimeZoneID(name) else { throw .invalid("time_zone", "is not a known IANA time zone") }
        self = zone
    }
}

extension LessonPlan {
    /// - Parameter zone: The one that counts when the client named none.
    init(_ body: PlanLessonRequest, tutor: UUID, zone: TimeZoneID) throws {
        var errors = FieldErrors()
        let students = try errors.value { try body.students() }
        let zone = try errors.value { try body.timeZone.map(TimeZoneID.init(checking:)) ?? zone }
        let duration = try errors.value { try body.durationMinutes.map(LessonDuration.init(minutes:)) ?? .usual }
        guard let students, let zone, let duration else { throw errors.problem }
        self.init(tutorID: tutor, studentIDs: students, subject: body.subject, startsAt: body.startsAt, timeZone: zone)
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
