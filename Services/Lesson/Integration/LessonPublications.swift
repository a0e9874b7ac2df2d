internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

/// What the others learn about lessons.
///
/// Comments, notes and reasons stay here.
enum LessonPublications {
    static let all = Publications(source: "lesson").adding(Lesson.self, Self.publish)

    private static func publish(_ recorded: Recorded<LessonEvent>) -> [any PublicPayload] {
        let lesson = LessonSummary(recorded.event.lesson, id: recorded.stream.id)
        return switch recorded.event {
        case .scheduled:
            [LessonScheduled(lesson: lesson)]
        case .updated:
            [LessonUpdated(lesson: lesson)]
        case .started(let event):
            [LessonStarted(lesson: lesson, startedAt: event.startedAt)]
        case .rescheduled(let event):
            [LessonRescheduled(lesson: lesson, previousStartsAt: event.previousStartsAt)]
        case .cancelled(let event):
            [LessonCancelled(lesson: lesson, kind: event.kind, cancelledBy: event.cancelledBy)]
        case .completed(let event):
            [
                LessonCompleted(
                    lesson: lesson,
                    score: event.score,
                    mastery: event.mastery,
                    participants: event.participants.map(LessonParticipant.init)
                )
            ]
        case .completionReverted:
            [LessonCompletionReverted(lesson: lesson)]
        case .textsErased:
            // The others never had the texts.
            []
        case .attendanceCorrected(let event):
            [
                LessonAttendanceCorrected(
                    lesson: lesson,
                    mastery: event.mastery,
                    participant: LessonParticipant(event.participant),
                    previous: LessonParticipant(event.previous)
                )
            ]
        }
    }
}

extension LessonSummary {
    fileprivate init(_ outline: LessonOutline, id: UUID) {
        self.init(
            id: id,
            tutorID: outline.tutorID,
            studentIDs: outline.studentIDs,
            subject: outline.subject,
            topic: outline.topic,
            type: outline.type,
            skills: outline.skills,
            startsAt: outline.startsAt,
            durationMinutes: outline.durationMinutes,
            timeZone: outline.timeZone
        )
    }
}

extension LessonParticipant {
    fileprivate init(_ participant: Participant) {
        self.init(
            studentID: participant.studentID,
            attendance: participant.attendance,
            score: participant.score
        )
    }
}
