internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

/// What a public event of the lesson service means for each student it concerns: pure, so that a subscription only has to
/// look up the students' zones, and to write.
struct LessonOutcome: Sendable {
    private enum Result: Sendable {
        case held(LessonParticipant, Mastery?)
        case withdrawn
    }

    private let lesson: LessonSummary
    private let revision: Int64
    private let results: [UUID: Result]

    /// Reads an event; `nil` when it means nothing to students' progress.
    init?(_ event: IntegrationEvent) throws {
        switch event.type {
        case LessonCompleted.type:
            let payload = try event.decode(LessonCompleted.self)
            self.lesson = payload.lesson
            self.results = Dictionary(
                payload.participants.map { ($0.studentID, .held($0, payload.mastery)) },
                uniquingKeysWith: { $1 }
            )
        case LessonCompletionReverted.type:
            let payload = try event.decode(LessonCompletionReverted.self)
            self.lesson = payload.lesson
            self.results = Dictionary(payload.lesson.studentIDs.map { ($0, .withdrawn) }, uniquingKeysWith: { $1 })
        case LessonAttendanceCorrected.type:
            let payload = try event.decode(LessonAttendanceCorrected.self)
            self.lesson = payload.lesson
            self.results = [payload.participant.studentID: .held(payload.participant, payload.mastery)]
        default:
            return nil
        }
        self.revision = event.streamVersion.rawValue
    }

    /// The students concerned, always in the same order, so that two writers can not wait for each other.
    var students: [UUID] { self.results.keys.sorted { $0.lowercased < $1.lowercased } }

    /// The zone in which the lesson was planned.
    var timeZone: TimeZoneID { self.lesson.timeZone }

    /// What one of them is to be told.
    func command(for student: UUID, zone: TimeZoneID, rules: LevelCurve) -> StudentCommand? {
        switch self.results[student] {
        case .held(let participant, let mastery):
            .recordLesson(
                self.lesson.id,
                LessonResult(participant, in: self.lesson, mastery: mastery, zone: zone),
                revision: self.revision,
                rules: rules
            )
        case .withdrawn:
            .withdrawLesson(self.lesson.id, revision: self.revision, rules: rules)
        case nil:
            nil
        }
    }
}
