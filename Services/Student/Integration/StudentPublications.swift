internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

/// What the others learn about a student's progress.
enum StudentPublications {
    static let all = Publications(source: "student").adding(Student.self, Self.publish)

    private static func publish(_ recorded: Recorded<StudentEvent>) -> [any PublicPayload] {
        let student = recorded.stream.id
        let ledger = recorded.event.ledger.map { $0.published(for: student) }
        switch recorded.event {
        case .created:
            return [StudentCreated(studentID: student)]
        case .lessonRecorded(let event):
            return ledger + [event.streaks].compactMap { $0?.published(for: student) }
        case .lessonWithdrawn(let event):
            return ledger + [event.streaks].compactMap { $0?.published(for: student) }
        case .achievementEarned(let event):
            return [AchievementEarned(studentID: student, achievementID: event.achievementID, xp: event.xp)] + ledger
        case .achievementRevoked(let event):
            return [AchievementRevoked(studentID: student, achievementID: event.achievementID, xp: event.xp)] + ledger
        case .levelChanged(let event):
            // A level that is lost to a correction is announced to nobody.
            guard event.level > event.previousLevel else { return [] }
            return [StudentLevelUp(studentID: student, level: event.level, previousLevel: event.previousLevel)]
        }
    }
}

extension LedgerEntry {
    fileprivate func published(for student: UUID) -> any PublicPayload {
        self.amount > 0
            ? XPEarned(studentID: student, amount: self.amount, cause: self.cause)
            : XPRevoked(studentID: student, amount: -self.amount, cause: self.cause)
    }
}

extension Streaks {
    fileprivate func published(for student: UUID) -> any PublicPayload {
        StreakUpdated(
            studentID: student,
            dayStreak: self.days,
            bestDayStreak: self.bestDays,
            lessonStreak: self.lessons
        )
    }
}
