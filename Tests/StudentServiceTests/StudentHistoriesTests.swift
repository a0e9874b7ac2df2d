import Contracts
import Foundation
import TestKit
import Testing

@testable import StudentService

/// Random stories of lessons, told in the right order and in any other, against a model that only looks at how they ended.
@Suite("Histories of a student")
struct StudentHistoriesTests {
    /// What is said about a lesson: how it went, or that it does not count.
    private struct News {
        var lesson: UUID
        var revision: Int64
        var result: LessonResult?
    }

    @Test("end the same in any order and with any repetitions", arguments: 1...60 as ClosedRange<UInt64>)
    func anyOrder(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        // A small curve, so that levels and their achievements take part.
        let rules = try LevelCurve(
            firstStep: .random(in: 20...1_000, using: &random),
            growth: try #require(GrowthRate("1.1")),
            maxLevel: 100
        )
        let news = self.randomNews(&random)
        let expected = self.model(news, rules)
        let inOrder = self.tell(news, rules)
        #expect(inOrder.xp == expected.xp)
        #expect(Set(inOrder.achievements.keys) == expected.achievements)
        #expect(inOrder.announcedLevel == rules.level(at: expected.xp))
        for _ in 0..<3 {
            let repeated = news + (0..<news.count / 2).compactMap { _ in news.randomElement(using: &random) }
            let shuffled = self.tell(repeated.shuffled(using: &random), rules)
            #expect(shuffled.xp == expected.xp)
            #expect(shuffled.achievements == inOrder.achievements)
            #expect(shuffled.counters == inOrder.counters)
            #expect(shuffled.streaks == inOrder.streaks)
            #expect(shuffled.announcedLevel == inOrder.announcedLevel)
        }
    }

    /// Tells the news one by one; after each, no cause may have paid more than once.
    private func tell(_ news: [News], _ rules: LevelCurve) -> Student {
        var student = Student()
        var paid: [XPCause: Int] = [:]
        for item in news {
            let command: StudentCommand =
                if let result = item.result {
                    .recordLesson(item.lesson, result, revision: item.revision, rules: rules)
                } else {
                    .withdrawLesson(item.lesson, revision: item.revision, rules: rules)
                }
            for event in student.decide(command) {
                for entry in event.ledger {
                    let before = paid[entry.cause, default: 0]
                    #expect(entry.amount > 0 ? before == 0 : before == -entry.amount)
                    paid[entry.cause] = before + entry.amount
                }
                student.evolve(event)
            }
            #expect(student.xp == XP(Int128(paid.values.reduce(0, +))))
        }
        return student
    }

    private func randomNews(_ random: inout SeededGenerator) -> [News] {
        var news: [News] = []
        for number in 0..<UInt8.random(in: 1...40, using: &random) {
            let day = Int.random(in: 0...60, using: &random)
            for revision in 1...Int64.random(in: 1...4, using: &random) {
                let counts = Int.random(in: 0..<4, using: &random) > 0
                let result = LessonResult.sample(
                    Attendance.allCases.randomElement(using: &random) ?? .attended,
                    type: LessonType.allCases.randomElement(using: &random) ?? .regular,
                    score: Bool.random(using: &random) ? .random(in: 0...100, using: &random) : nil,
                    mastery: Mastery.allCases.randomElement(using: &random),
                    topic: "Тема \(Int.random(in: 0...12, using: &random))",
                    day: day
                )
                news.append(News(lesson: .sample(number), revision: revision, result: counts ? result : nil))
            }
        }
        return news
    }

    /// How it has to end: the last word about each lesson, and the definitions taken literally.
    private func model(_ news: [News], _ rules: LevelCurve) -> (xp: XP, achievements: Set<String>) {
        let last = Dictionary(news.map { ($0.lesson, $0) }, uniquingKeysWith: { $0.revision > $1.revision ? $0 : $1 })
        let results = last.values.compactMap(\.result)
        let present = results.filter(\.attendance.isPresent)
        let active = Set(present.map(\.day))
        let bridges = active.union(results.filter { $0.attendance == .excusedAbsence }.map(\.day))
        let rows = active.map { start in
            var count = 0
            var day = start
            while bridges.contains(day) {
                count += active.contains(day) ? 1 : 0
                day = day.advanced(by: 1)
            }
            return count
        }
        let returns = active.filter { day in
            active.contains { $0 < day } && !(1...30).contains { active.contains(day.advanced(by: -$0)) }
        }
        let lessons = present.reduce(0) { $0 + LessonXP.amount(for: $1) }
        var earned: Set<String> = []
        while true {
            let bonus = AchievementCatalogue.standard.all.filter { earned.contains($0.id) }.map(\.xp).reduce(0, +)
            let xp = XP(Int128(lessons + bonus))
            let reached = AchievementCatalogue.standard.all.filter { achievement in
                let value =
                    switch achievement.metric {
                    case .lessonsCompleted: present.count
                    case .studyMinutes: present.map(\.minutes).reduce(0, +)
                    case .topicsMastered: Set(present.filter { $0.mastery == .mastered }.map(\.topic)).count
                    case .returns: returns.count
                    case .bestDayStreak: rows.max() ?? 0
                    case .level: rules.level(at: xp)
                    default: 0
                    }
                return value >= achievement.target
            }
            let new = earned.union(reached.map(\.id))
            if new == earned { return (xp, earned) }
            earned = new
        }
    }
}
