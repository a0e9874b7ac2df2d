import Contracts
import EventSourcing
import Foundation
import TestKit
import Testing

@testable import StudentService

@Suite("A student's record")
struct StudentTests {
    private let rules: LevelCurve

    init() throws {
        self.rules = try LevelCurve.documented
    }

    private func record(_ result: LessonResult, _ lesson: UUID = Sample.lesson, revision: Int64) -> StudentCommand {
        .recordLesson(lesson, result, revision: revision, rules: self.rules)
    }

    private func withdraw(_ lesson: UUID = Sample.lesson, revision: Int64) -> StudentCommand {
        .withdrawLesson(lesson, revision: revision, rules: self.rules)
    }

    @Test("is opened once")
    func open() {
        Scenario<Student>.given().when(.open).then(Sample.created).when(.open).then()
    }

    @Test("gives 350 for the first lesson, an exam with 92: 300, and 50 for the achievement")
    func theStory() {
        Scenario<Student>.given(Sample.created)
            .when(self.record(Sample.exam, revision: 2)).then(Sample.recorded, Sample.firstLesson)
            .then { _, student in
                #expect(student.xp == XP(350))
                #expect(student.achievements == ["first_lesson": 50])
            }
            .when(self.withdraw(revision: 3)).then(Sample.withdrawn, Sample.firstLessonLost)
            .then { _, student in
                #expect(student.xp == .zero)
                #expect(student.achievements.isEmpty)
                #expect(student.counters == Counters())
                #expect(student.streaks == Streaks())
            }
    }

    @Test("is opened by a lesson that arrives before the student does")
    func lessonFirst() {
        Scenario<Student>.given()
            .when(self.record(Sample.exam, revision: 2)).then(Sample.created, Sample.recorded, Sample.firstLesson)
            .when(.open).then()
    }

    @Test("takes no notice of what it knows already, or of what was said before that")
    func lateDuplicates() {
        Scenario<Student>.given(Sample.created, Sample.recorded, Sample.firstLesson)
            .when(self.record(Sample.exam, revision: 2)).then()
            .when(self.record(.sample(score: 10), revision: 1)).then()
            .when(self.withdraw(revision: 3)).then(Sample.withdrawn, Sample.firstLessonLost)
            .when(self.withdraw(revision: 3)).then()
            .when(self.record(Sample.exam, revision: 2)).then()
    }

    @Test("stays as it is when a completion arrives after its revert")
    func revertFirst() {
        Scenario<Student>.given(Sample.created)
            .when(self.withdraw(revision: 3))
            .then { _, student in #expect(student.xp == .zero) }
            .when(self.record(Sample.exam, revision: 2)).then()
    }

    @Test("takes a corrected lesson back before it pays it anew")
    func correction() {
        Scenario<Student>.given(Sample.created, Sample.recorded, Sample.firstLesson)
            .when(self.record(.sample(type: .exam, score: 80), revision: 3))
            .then { events, student in
                #expect(student.xp == XP(240 + 50))
                #expect(events.count == 1)
                #expect(events.flatMap(\.ledger).map(\.amount) == [-300, 240])
                #expect(Set(events.flatMap(\.ledger).map(\.cause.id)) == [Sample.lesson.lowercased])
            }
            .when(self.record(.sample(.unexcusedAbsence, type: .exam), revision: 4))
            .then { _, student in
                #expect(student.xp == .zero)
                #expect(student.achievements.isEmpty)
                #expect(student.streaks.lessons == 0)
            }
    }

    @Test("keeps a lesson on its day when the student has moved to another zone since, unless the lesson moves too")
    func movedStudent() {
        var later = Sample.exam
        later.day = Sample.exam.day.advanced(by: 1)
        var moved = later
        moved.startsAt += 86_400
        Scenario<Student>.given(Sample.created, Sample.recorded, Sample.firstLesson)
            .when(self.withdraw(revision: 3)).then { _, _ in }
            .when(self.record(later, revision: 4))
            .then { _, student in #expect(student.record.result(of: Sample.lesson)?.day == Sample.exam.day) }
            .when(self.record(moved, revision: 5))
            .then { _, student in #expect(student.record.result(of: Sample.lesson)?.day == later.day) }
    }

    @Test("keeps what was earned by rules that have changed since")
    func changedRules() throws {
        let steep = try LevelCurve(firstStep: 100_000, growth: try #require(GrowthRate("1.5")), maxLevel: 100)
        let start = Scenario<Student>.given(
            [Sample.created]
                + (1...60 as ClosedRange<UInt8>).map { number in
                    .lessonRecorded(
                        .init(
                            lessonID: .sample(number),
                            revision: 2,
                            result: .sample(type: .exam, score: 92),
                            xp: 300,
                            replacedXP: 0,
                            counters: Counters(lessonsCompleted: Int(number), studyMinutes: 60 * Int(number)),
                            streaks: nil
                        )
                    )
                }
        )
        start.when(self.record(.sample(), .sample(100), revision: 2))
            .then { _, student in #expect(student.achievements["level_5"] == 200) }
            .when(.recordLesson(.sample(101), .sample(), revision: 2, rules: steep))
            .then { events, student in
                #expect(student.achievements["level_5"] == 200)
                #expect(!events.contains { if case .achievementRevoked = $0 { true } else { false } })
            }
    }

    @Test("moves nothing in the ledger when a correction changes nothing that pays")
    func neutralCorrection() {
        Scenario<Student>.given(Sample.created, Sample.recorded, Sample.firstLesson)
            .when(self.record(.sample(.late, type: .exam, score: 99), revision: 3))
            .then { events, student in
                #expect(events.flatMap(\.ledger).isEmpty)
                #expect(student.xp == XP(350))
            }
    }

    @Test("announces a level when experience reaches it, and goes down when a correction takes it back")
    func levels() {
        var scenario = Scenario<Student>.given(Sample.created)
        for number in 1...6 as ClosedRange<UInt8> {
            scenario = scenario.when(self.record(.sample(type: .test), .sample(number), revision: 2)).then { _, _ in }
        }
        scenario
            .then { _, student in
                #expect(student.xp == XP(6 * 150 + 50))
                #expect(student.announcedLevel == 1)
            }
            .when(self.record(.sample(), .sample(7), revision: 2))
            .then { events, student in
                #expect(student.xp == XP(1_050))
                #expect(events.last == .levelChanged(.init(level: 2, previousLevel: 1)))
            }
            .when(self.withdraw(.sample(1), revision: 3))
            .then { events, _ in #expect(events.last == .levelChanged(.init(level: 1, previousLevel: 2))) }
    }

    @Test("looks at achievements again after the experience they give")
    func fixedPoint() throws {
        // One lesson: 100, +50 for it: level 5; +200 for that: level 10; +400 for that: level 25 …
        let rules = try LevelCurve(firstStep: 30, growth: try #require(GrowthRate("1")), maxLevel: 100)
        Scenario<Student>.given(Sample.created)
            .when(.recordLesson(Sample.lesson, .sample(), revision: 1, rules: rules))
            .then { _, student in
                let levels: Set = ["first_lesson", "level_5", "level_10", "level_25", "level_50"]
                #expect(Set(student.achievements.keys) == levels)
                #expect(student.xp == XP(100 + 50 + 200 + 400 + 800 + 1_500))
                #expect(student.announcedLevel == 100)
            }
            .when(.withdrawLesson(Sample.lesson, revision: 2, rules: rules))
            .then { _, student in
                // Levels and the achievements for them do not hold each other up.
                #expect(student.achievements.isEmpty)
                #expect(student.xp == .zero)
                #expect(student.announcedLevel == 1)
            }
    }

    @Test("keeps an achievement that left the catalogue")
    func retiredAchievement() {
        let retired = StudentEvent.achievementEarned(.init(achievementID: "founders_day", xp: 10))
        Scenario<Student>.given(Sample.created, retired)
            .when(self.record(Sample.exam, revision: 2)).then(Sample.recorded, Sample.firstLesson)
            .then { _, student in #expect(student.xp == XP(360)) }
    }

    @Test("continues from a snapshot as from its history")
    func snapshot() throws {
        var student = Student()
        for number in 0..<20 as Range<UInt8> {
            let result = LessonResult.sample(mastery: .mastered, topic: "Тема \(number % 3)", day: Int(number))
            for event in student.decide(self.record(result, .sample(number), revision: 1)) { student.evolve(event) }
        }
        let bytes = try JSONEncoder.wire().encode(student)
        let restored = try JSONDecoder.wire().decode(Student.self, from: bytes)
        #expect(restored.xp == student.xp)
        let next = self.withdraw(.sample(3), revision: 2)
        #expect(restored.decide(next) == student.decide(next))
    }
}
