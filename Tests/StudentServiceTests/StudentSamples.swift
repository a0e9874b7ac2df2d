import Contracts
import EventSourcing
import Foundation
import TestKit
import Testing

@testable import StudentService

extension LessonResult {
    /// A lesson on the `day`-th day of a calendar.
    static func sample(
        _ attendance: Attendance = .attended,
        type: LessonType = .regular,
        score: Int? = nil,
        mastery: Mastery? = nil,
        topic: String = "Дроби",
        day: Int = 0,
        minutes: Int = 60
    ) -> LessonResult {
        let day = Day(number: 20_513 + day)
        return LessonResult(
            attendance: attendance,
            score: score,
            mastery: mastery,
            type: type,
            subject: "Математика",
            topic: topic,
            startsAt: Date(timeIntervalSince1970: Double(day.number) * 86_400 + 43_200),
            day: day,
            minutes: minutes
        )
    }
}

/// The exam that the story of the platform is about.
enum Sample {
    static let lesson = UUID.sample(50)
    static let exam = LessonResult.sample(type: .exam, score: 92, mastery: .learned)
    static let counters = Counters(lessonsCompleted: 1, studyMinutes: 60)
    static let streaks = Streaks(days: 1, bestDays: 1, heldUntil: exam.day, lessons: 1)

    static let created = StudentEvent.created(.init())
    static let recorded = StudentEvent.lessonRecorded(
        .init(
            lessonID: lesson,
            revision: 2,
            result: exam,
            xp: 300,
            replacedXP: 0,
            counters: counters,
            streaks: streaks
        )
    )
    static let withdrawn = StudentEvent.lessonWithdrawn(
        .init(lessonID: lesson, revision: 3, replacedXP: 300, counters: Counters(), streaks: Streaks())
    )
    static let firstLesson = StudentEvent.achievementEarned(.init(achievementID: "first_lesson", xp: 50))
    static let firstLessonLost = StudentEvent.achievementRevoked(.init(achievementID: "first_lesson", xp: 50))
    static let levelUp = StudentEvent.levelChanged(.init(level: 2, previousLevel: 1))

    /// One of each.
    static let events = [created, recorded, withdrawn, firstLesson, firstLessonLost, levelUp]
}

extension StudentEvent: CustomTestStringConvertible {
    var testDescription: String { type(of: self.payload).type }
}
