internal import EventSourcing

/// What can happen to a student's record.
enum StudentEvent: DomainEvent {
    case created(Created)
    case lessonRecorded(LessonRecorded)
    case lessonWithdrawn(LessonWithdrawn)
    case achievementEarned(AchievementEarned)
    case achievementRevoked(AchievementRevoked)
    case levelChanged(LevelChanged)

    static let codec = EventCodec<StudentEvent>()
        .adding(Created.self, StudentEvent.created)
        .adding(LessonRecorded.self, StudentEvent.lessonRecorded)
        .adding(LessonWithdrawn.self, StudentEvent.lessonWithdrawn)
        .adding(AchievementEarned.self, StudentEvent.achievementEarned)
        .adding(AchievementRevoked.self, StudentEvent.achievementRevoked)
        .adding(LevelChanged.self, StudentEvent.levelChanged)

    var payload: any EventPayload {
        switch self {
        case .created(let payload): payload
        case .lessonRecorded(let payload): payload
        case .lessonWithdrawn(let payload): payload
        case .achievementEarned(let payload): payload
        case .achievementRevoked(let payload): payload
        case .levelChanged(let payload): payload
        }
    }
}
