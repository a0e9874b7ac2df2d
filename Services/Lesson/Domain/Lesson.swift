internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

/// One lesson, from its plan to its last correction.
///
/// It does not know other lessons: whether somebody is busy is held by a constraint of the calendar projection, in the same
/// transaction.
struct Lesson: Aggregate {
    static let category = "lesson"

    /// The lesson as it stands; `nil` before it was planned.
    private(set) var outline: LessonOutline?
    /// Where it stands.
    private(set) var status = LessonStatus.scheduled
    /// Whether it ever moved: what a reverted completion goes back to depends on it.
    private(set) var hasMoved = false
    /// Where to meet.
    private(set) var roomURL: Personal<String>?
    /// For the tutor.
    private(set) var notes: Personal<String>?
    /// Whether a student was erased, and with the student all that was written about the lesson.
    private(set) var hasErasedTexts = false
    /// How well the topic was mastered, when it was held.
    private(set) var mastery: Mastery?
    /// How it went for each student, when it was held.
    private(set) var participants: [Participant] = []

    init() {}

    func decide(_ command: LessonCommand) throws(LessonRefusal) -> [LessonEvent] {
        switch command {
        case .schedule(let plan, at: let now):
            try self.schedule(plan, at: now)
        case .update(let change):
            try self.update(change)
        case .start(at: let now):
            try self.start(at: now)
        case .reschedule(to: let start, reason: let reason, by: let person, at: let now):
            try self.reschedule(to: start, reason: reason, by: person, at: now)
        case .cancel(let kind, reason: let reason, by: let person):
            try self.cancel(kind, reason: reason, by: person)
        case .complete(let report, at: let now):
            try self.complete(report, at: now)
        case .revertCompletion(reason: let reason):
            try self.revertCompletion(reason: reason)
        case .correctAttendance(let participation, reason: let reason):
            try self.correctAttendance(participation, reason: reason)
        case .eraseTexts:
            try self.eraseTexts()
        }
    }

    mutating func evolve(_ event: LessonEvent) {
        self.outline = event.lesson
        switch event {
        case .scheduled(let event):
            self.status = .scheduled
            self.roomURL = event.roomURL
            self.notes = event.notes
        case .updated(let event):
            self.roomURL = event.roomURL
            self.notes = event.notes
        case .started:
            self.status = .inProgress
        case .rescheduled:
            self.status = .rescheduled
            self.hasMoved = true
        case .cancelled:
            self.status = .cancelled
        case .completed(let event):
            self.status = .completed
            self.mastery = event.mastery
            self.participants = event.participants
        case .completionReverted:
            self.status = self.hasMoved ? .rescheduled : .scheduled
            self.mastery = nil
            self.participants = []
        case .attendanceCorrected(let event):
            guard let index = self.participants.firstIndex(where: { $0.studentID == event.participant.studentID })
            else { return }
            self.participants[index] = event.participant
        case .textsErased:
            self.hasErasedTexts = true
            self.roomURL = nil
            self.notes = nil
        }
    }
}
