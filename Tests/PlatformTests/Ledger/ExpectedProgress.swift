import Foundation
import TestKit

/// What the platform says about a student's progress, as far as it is compared.
struct ShownProgress: Equatable, Sendable {
    var xp = 0
    var lessons = 0
    var minutes = 0
    var bestDayStreak = 0
}

/// What lessons are worth, written down a second time from the rules of the domain and not from the code under test.
struct ExpectedProgress: Sendable {
    /// A lesson that counts in the end.
    struct Held: Sendable {
        let id: UUID
        let startsAt: Date
        let type: String
        let score: Int
    }

    /// What every cause has paid in the end.
    private(set) var pay: [String: Int] = [:]
    /// What the platform should show.
    private(set) var shown = ShownProgress()

    /// Adds up the lessons of one student, an hour each, in Moscow.
    init(_ lessons: [Held]) {
        for lesson in lessons { self.pay[lesson.id.text] = Self.worth(of: lesson) }
        let days = Set(lessons.map { Int((($0.startsAt.timeIntervalSince1970 + 3 * 3600) / 86_400).rounded(.down)) })
        let best = Self.longestRow(days)
        self.shown.lessons = lessons.count
        self.shown.minutes = lessons.count * 60
        self.shown.bestDayStreak = best

        for (name, xp, count) in Self.byLessons where lessons.count >= count { self.pay[name] = xp }
        for (name, xp, row) in Self.byRow where best >= row { self.pay[name] = xp }
        let sorted = days.sorted()
        if zip(sorted, sorted.dropFirst()).contains(where: { $1 - $0 > 30 }) { self.pay["comeback"] = 100 }
        // Experience lifts to a level, and the level gives experience: until nothing changes.
        for (name, xp, level) in Self.byLevel where self.total >= Self.threshold(of: level) { self.pay[name] = xp }
        self.shown.xp = self.total
    }

    private var total: Int { self.pay.values.reduce(0, +) }

    private static let byLessons = [
        ("first_lesson", 50, 1), ("lessons_10", 100, 10), ("lessons_25", 200, 25), ("lessons_50", 300, 50),
        ("lessons_100", 500, 100), ("study_50h", 400, 50),
    ]
    private static let byRow = [
        ("streak_3", 75, 3), ("streak_7", 150, 7), ("streak_14", 300, 14), ("streak_30", 600, 30),
    ]
    private static let byLevel = [
        ("level_5", 200, 5), ("level_10", 400, 10), ("level_25", 800, 25), ("level_50", 1_500, 50),
    ]

    private static func worth(of lesson: Held) -> Int {
        let factors = ["regular": 1, "practice": 1.2, "test": 1.5, "exam": 2]
        let byType: Double = factors[lesson.type] ?? 0
        let byScore = lesson.score >= 90 ? 1.5 : lesson.score >= 75 ? 1.2 : 1
        return min(max(Int((100 * byType * byScore).rounded()), 100), 300)
    }

    private static func longestRow(_ days: Set<Int>) -> Int {
        days.filter { !days.contains($0 - 1) }.map { first in
            (first...).first { !days.contains($0) }.map { $0 - first } ?? 0
        }.max() ?? 0
    }

    /// 1000 for the second level, half as much again for each further one.
    private static func threshold(of level: Int) -> Int {
        (1..<level).reduce(0) { $0 + Int((1_000 * pow(1.5, Double($1 - 1))).rounded(.down)) }
    }
}
