internal import Contracts
internal import FoundationEssentials

/// Decisions about a lesson that was held.
extension Lesson {
    func complete(_ report: LessonReport, at now: Date) throws(LessonRefusal) -> [LessonEvent] {
        let lesson = try self.known()
        guard self.status.isPlanned || self.status == .inProgress else { throw .wrongStatus(self.status) }
        // One that is in progress has begun, be it a few minutes early.
        guard self.status == .inProgress || now >= lesson.startsAt else { throw .notBegun(earliest: lesson.startsAt) }
        let comment = try self.sealed(.comment, report.comment)
        return [
            .completed(
                .init(
                    lesson: lesson,
                    score: report.score?.points,
                    mastery: report.mastery,
                    comment: comment,
                    participants: try Self.participants(of: lesson, in: report),
                    completedAt: now
                )
            )
        ]
    }

    func revertCompletion(reason: String?) throws(LessonRefusal) -> [LessonEvent] {
        let lesson = try self.known()
        guard self.status == .completed else { throw .wrongStatus(self.status) }
        return [.completionReverted(.init(lesson: lesson, reason: try self.sealed(.reason, reason)))]
    }

    func correctAttendance(_ correction: Participation, reason: String?) throws(LessonRefusal) -> [LessonEvent] {
        let lesson = try self.known()
        guard self.status == .completed else { throw .wrongStatus(self.status) }
        guard let previous = self.participants.first(where: { $0.studentID == correction.studentID }) else {
            throw .notAParticipant(correction.studentID)
        }
        let participant = try Participant(correction)
        let reason = try self.sealed(.reason, reason)
        guard participant != previous else { return [] }
        return [
            .attendanceCorrected(
                .init(
                    lesson: lesson,
                    mastery: self.mastery,
                    participant: participant,
                    previous: previous,
                    reason: reason
                )
            )
        ]
    }

    /// Every student of the lesson, in the lesson's order, as the report says or else as it says for all.
    private static func participants(
        of lesson: LessonOutline,
        in report: LessonReport
    ) throws(LessonRefusal) -> [Participant] {
        var named: [UUID: Participant] = [:]
        for participation in report.participants {
            let student = participation.studentID
            guard lesson.studentIDs.contains(student) else { throw .notAParticipant(student) }
            var participant = try Participant(participation)
            if participant.attendance.isPresent, participant.score == nil { participant.score = report.score?.points }
            guard named.updateValue(participant, forKey: student) == nil else { throw .duplicateStudent(student) }
        }
        let score = report.attendance.isPresent ? report.score?.points : nil
        return lesson.studentIDs.map { student in
            named[student] ?? Participant(studentID: student, attendance: report.attendance, score: score)
        }
    }
}
