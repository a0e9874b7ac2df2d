internal import EventSourcing
internal import FoundationEssentials

/// A student's progress.
///
/// The truth is experience; a level is how the settings of the game look at it. Settings may change, so levels are always
/// computed when somebody asks, and none is part of the truth. What *is* a fact is that at some moment, by the rules of that
/// moment, a student stood on another level than before: somebody was congratulated. That fact is recorded
/// (`level_changed`), and the level last announced is remembered, so that new settings neither change history nor announce
/// the same level twice; a correction may lead down silently.
struct Student: Snapshotting {
    static let category = "student"
    static let snapshotVersion = 3

    /// What was last heard of a lesson, and what it gave.
    private struct LastRevision: Codable, Equatable, Sendable {
        var number: Int64
        var xp: Int
        var startsAt: Date?
        var day: Day?
    }

    /// Whether there is a record at all.
    private(set) var isOpen = false
    /// All experience.
    private(set) var xp = XP.zero
    /// The level last announced.
    private(set) var announcedLevel = 1
    /// What was learned.
    private(set) var record = LearningRecord()
    /// All numbers.
    private(set) var counters = Counters()
    /// Days and lessons in a row.
    private(set) var streaks = Streaks()
    /// Achievements held, and what each of them gave.
    private(set) var achievements: [String: Int] = [:]

    private var lessons: [UUID: LastRevision] = [:]

    init() {}

    /// Facts are not refused; what is known already changes nothing.
    func decide(_ command: StudentCommand) throws(Never) -> [StudentEvent] {
        var decision = Decision(from: self)
        if !self.isOpen { decision.take(.created(.init())) }
        switch command {
        case .open:
            break
        case .recordLesson(let lesson, let result, revision: let revision, rules: let rules):
            self.revise(lesson, result, revision, rules, &decision)
        case .withdrawLesson(let lesson, revision: let revision, rules: let rules):
            self.revise(lesson, nil, revision, rules, &decision)
        }
        return decision.events
    }

    /// Lets a lesson count as it was told last; without a result it does not count.
    private func revise(
        _ lesson: UUID,
        _ result: LessonResult?,
        _ revision: Int64,
        _ rules: LevelCurve,
        _ decision: inout Decision
    ) {
        guard self.isNewer(revision, of: lesson) else { return }
        let result = self.onItsDay(result, of: lesson)
        let replacedXP = self.lessons[lesson]?.xp ?? 0
        var record = self.record
        record.set(result, of: lesson)
        let streaks = record.streaks == self.streaks ? nil : record.streaks
        if let result {
            decision.take(
                .lessonRecorded(
                    .init(
                        lessonID: lesson,
                        revision: revision,
                        result: result,
                        xp: LessonXP.amount(for: result),
                        replacedXP: replacedXP,
                        counters: record.counters,
                        streaks: streaks
                    )
                )
            )
        } else {
            decision.take(
                .lessonWithdrawn(
                    .init(
                        lessonID: lesson,
                        revision: revision,
                        replacedXP: replacedXP,
                        counters: record.counters,
                        streaks: streaks
                    )
                )
            )
        }
        decision.settle(by: rules)
    }

    mutating func evolve(_ event: StudentEvent) {
        for entry in event.ledger { self.xp += XP(Int128(entry.amount)) }
        switch event {
        case .created:
            self.isOpen = true
        case .lessonRecorded(let event):
            self.lessons[event.lessonID] = LastRevision(
                number: event.revision,
                xp: event.xp,
                startsAt: event.result.startsAt,
                day: event.result.day
            )
            self.record.set(event.result, of: event.lessonID)
            self.counters = event.counters
            self.streaks = event.streaks ?? self.streaks
        case .lessonWithdrawn(let event):
            // Remembered as well, so that older news that arrives later stays without effect.
            self.lessons[event.lessonID, default: LastRevision(number: 0, xp: 0)].number = event.revision
            self.lessons[event.lessonID]?.xp = 0
            self.record.set(nil, of: event.lessonID)
            self.counters = event.counters
            self.streaks = event.streaks ?? self.streaks
        case .achievementEarned(let event):
            self.achievements[event.achievementID] = event.xp
        case .achievementRevoked(let event):
            self.achievements[event.achievementID] = nil
        case .levelChanged(let event):
            self.announcedLevel = event.level
        }
    }

    /// The result on the day that the lesson had when it was first heard of, unless it has moved since: a student who moves
    /// to another zone keeps the days gone by.
    private func onItsDay(_ result: LessonResult?, of lesson: UUID) -> LessonResult? {
        guard var result, let last = self.lessons[lesson], last.startsAt == result.startsAt, let day = last.day else {
            return result
        }
        result.day = day
        return result
    }

    /// Whether a revision was made after the last one that was heard of; they may arrive in any order.
    private func isNewer(_ revision: Int64, of lesson: UUID) -> Bool {
        self.lessons[lesson].map { revision > $0.number } ?? true
    }
}
