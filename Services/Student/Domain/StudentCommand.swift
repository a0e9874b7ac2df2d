internal import FoundationEssentials

/// What a student's record takes in: facts from other services, which can not be refused.
///
/// A lesson is told about again and again: completed, corrected, reverted, completed once more. `revision` is the version of
/// the lesson's stream; the highest one tells the truth, whenever it arrives.
///
/// The settings of the game come along, because levels are earned by the rules of the moment.
enum StudentCommand: Sendable {
    /// A student came to the platform.
    case open
    /// A lesson went like this.
    case recordLesson(UUID, LessonResult, revision: Int64, rules: LevelCurve)
    /// A lesson does not count after all.
    case withdrawLesson(UUID, revision: Int64, rules: LevelCurve)
}
