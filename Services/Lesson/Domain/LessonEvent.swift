internal import EventSourcing

/// What can happen to a lesson.
enum LessonEvent: DomainEvent {
    case scheduled(Scheduled)
    case updated(Updated)
    case started(Started)
    case rescheduled(Rescheduled)
    case cancelled(Cancelled)
    case completed(Completed)
    case completionReverted(CompletionReverted)
    case attendanceCorrected(AttendanceCorrected)
    case textsErased(TextsErased)

    static let codec = EventCodec<LessonEvent>()
        .adding(Scheduled.self, LessonEvent.scheduled)
        .adding(Updated.self, LessonEvent.updated)
        .adding(Started.self, LessonEvent.started)
        .adding(Rescheduled.self, LessonEvent.rescheduled)
        .adding(Cancelled.self, LessonEvent.cancelled)
        .adding(Completed.self, LessonEvent.completed)
        .adding(CompletionReverted.self, LessonEvent.completionReverted)
        .adding(AttendanceCorrected.self, LessonEvent.attendanceCorrected)
        .adding(TextsErased.self, LessonEvent.textsErased)

    var payload: any EventPayload {
        switch self {
        case .scheduled(let payload): payload
        case .updated(let payload): payload
        case .started(let payload): payload
        case .rescheduled(let payload): payload
        case .cancelled(let payload): payload
        case .completed(let payload): payload
        case .completionReverted(let payload): payload
        case .attendanceCorrected(let payload): payload
        case .textsErased(let payload): payload
        }
    }

    /// The lesson as it stands right after the event.
    var lesson: LessonOutline {
        switch self {
        case .scheduled(let event): event.lesson
        case .updated(let event): event.lesson
        case .started(let event): event.lesson
        case .rescheduled(let event): event.lesson
        case .cancelled(let event): event.lesson
        case .completed(let event): event.lesson
        case .completionReverted(let event): event.lesson
        case .attendanceCorrected(let event): event.lesson
        case .textsErased(let event): event.lesson
        }
    }
}
