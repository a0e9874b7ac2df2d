import Contracts
import Foundation
import TestKit
import Testing

@testable import StudentService

@Suite("Streaks and counters")
struct LearningRecordTests {
    /// A record with one lesson per day number.
    private func record(_ lessons: [(Int, Attendance)]) -> LearningRecord {
        var record = LearningRecord()
        for (index, lesson) in lessons.enumerated() {
            record.set(.sample(lesson.1, day: lesson.0), of: .sample(UInt8(index)))
        }
        return record
    }

    @Test("count days in a row, whatever the order they became known in")
    func days() {
        let record = self.record([(3, .attended), (1, .late), (2, .attended), (2, .attended), (7, .attended)])
        #expect(record.streaks.days == 1)
        #expect(record.streaks.bestDays == 3)
        #expect(record.counters.lessonsCompleted == 5)
        #expect(record.counters.studyMinutes == 300)
    }

    @Test("are carried on, but not made longer, by an excused absence")
    func excused() {
        let record = self.record([(1, .attended), (2, .excusedAbsence), (3, .attended), (4, .excusedAbsence)])
        #expect(record.streaks.days == 2)
        #expect(record.streaks.heldUntil == LessonResult.sample(day: 4).day)
        #expect(record.streaks.lessons == 2)
        let idle = self.record([(1, .attended), (5, .excusedAbsence)])
        #expect(idle.streaks.days == 1)
        #expect(idle.streaks.heldUntil == LessonResult.sample(day: 1).day)
    }

    @Test("are right on a day without activity: today may still bring some, yesterday may not")
    func today() {
        let streaks = self.record([(1, .attended), (2, .attended)]).streaks
        let last = LessonResult.sample(day: 2).day
        #expect(streaks.days(on: last) == 2)
        #expect(streaks.days(on: last.advanced(by: 1)) == 2)
        #expect(streaks.days(on: last.advanced(by: 2)) == 0)
        #expect(Streaks().days(on: last) == 0)
    }

    @Test("of lessons break with a missed one, and are repaired when the illness is reported late")
    func lessons() {
        var record = self.record([(1, .attended), (2, .unexcusedAbsence), (3, .attended), (4, .late)])
        #expect(record.streaks.lessons == 2)
        record.set(.sample(.excusedAbsence, day: 2), of: .sample(1))
        #expect(record.streaks.lessons == 3)
        #expect(record.streaks.days == 3)
    }

    @Test("notice a return after thirty idle days, not after twenty-nine")
    func returns() {
        #expect(self.record([(0, .attended), (30, .attended)]).counters.returns == 0)
        #expect(self.record([(0, .attended), (31, .attended)]).counters.returns == 1)
    }

    @Test("count a topic once, as long as one lesson mastered it")
    func topics() {
        var record = LearningRecord()
        record.set(.sample(mastery: .mastered, topic: "Дроби"), of: .sample(1))
        record.set(.sample(mastery: .mastered, topic: "Дроби"), of: .sample(2))
        record.set(.sample(mastery: .learned, topic: "Степени"), of: .sample(3))
        #expect(record.counters.topicsMastered == 1)
        record.set(nil, of: .sample(1))
        #expect(record.counters.topicsMastered == 1)
        record.set(nil, of: .sample(2))
        #expect(record.counters.topicsMastered == 0)
    }

    @Test("take days from the student's calendar, through summer time and midnight")
    func zones() throws {
        let moscow = try #require(TimeZoneID("Europe/Moscow")).zone
        let berlin = try #require(TimeZoneID("Europe/Berlin")).zone
        let evening = try #require(ISO8601DateFormatter().date(from: "2026-03-01T22:30:00Z"))
        #expect(Day(of: evening, in: moscow).description == "2026-03-02")
        #expect(Day(of: evening, in: berlin).description == "2026-03-01")
        #expect(Day(of: evening, in: TimeZoneID.utc.zone).description == "2026-03-01")
        let summer = try #require(ISO8601DateFormatter().date(from: "2026-07-01T22:30:00Z"))
        #expect(Day(of: summer, in: berlin).description == "2026-07-02")
        let ancient = Date(timeIntervalSince1970: -1)
        #expect(Day(of: ancient, in: TimeZoneID.utc.zone).description == "1969-12-31")
    }
}
