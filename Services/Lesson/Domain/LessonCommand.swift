internal import Contracts
internal import FoundationEssentials

/// What a lesson can be asked to do.
enum LessonCommand: Sendable {
    /// Plan it, or write down one that was held.
    case schedule(LessonPlan, at: Date)
    /// Change what it is about.
    case update(LessonChange)
    /// Begin it.
    case start(at: Date)
    /// Move it.
    case reschedule(to: Date, reason: String?, by: UUID, at: Date)
    /// Call it off. `by` is `nil` when the platform does.
    case cancel(CancellationKind, reason: String?, by: UUID?)
    /// State that it was held.
    case complete(LessonReport, at: Date)
    /// State that it was not held after all.
    case revertCompletion(reason: String?)
    /// State how it really went for one student.
    case correctAttendance(Participation, reason: String?)
    /// Forget what was written about it, because a student was erased. Its key goes in the same transaction.
    case eraseTexts
}
