import Contracts
import EventSourcing
import Foundation
import TestKit
import Testing

@testable import LessonService

/// The people and the lesson that the stories are about.
enum Sample {
    static let tutor = UUID.sample(1)
    static let anna = UUID.sample(2)
    static let boris = UUID.sample(3)
    static let stranger = UUID.sample(9)

    /// 1 March 2026, 15:00 in Moscow.
    static let noon = Date(timeIntervalSince1970: 1_772_366_400)
    static let minute: TimeInterval = 60
    static let day: TimeInterval = 24 * 60 * 60

    static let outline = LessonOutline(
        tutorID: tutor,
        studentIDs: [anna, boris],
        subject: "Математика",
        topic: "Квадратные уравнения",
        type: .exam,
        skills: ["дискриминант"],
        startsAt: noon,
        durationMinutes: 60,
        timeZone: TimeZoneID("Europe/Moscow") ?? .utc
    )

    static var plan: LessonPlan {
        get throws {
            LessonPlan(
                tutorID: tutor,
                students: try StudentGroup([anna, boris]),
                subject: " Математика ",
                topic: "Квадратные уравнения",
                type: .exam,
                skills: ["дискриминант"],
                startsAt: noon,
                duration: try LessonDuration(minutes: 60),
                timeZone: TimeZoneID("Europe/Moscow") ?? .utc,
                roomURL: "https://meet.example/1",
                notes: ""
            )
        }
    }

    static let scheduled = LessonEvent.scheduled(.init(lesson: outline, roomURL: .known("https://meet.example/1")))
    static let started = LessonEvent.started(.init(lesson: outline, startedAt: noon))
    static let completed = LessonEvent.completed(
        .init(
            lesson: outline,
            score: 92,
            mastery: .learned,
            comment: .known("Хорошо"),
            participants: [
                Participant(studentID: anna, attendance: .attended, score: 92),
                Participant(studentID: boris, attendance: .excusedAbsence),
            ],
            completedAt: noon + day
        )
    )
    static let cancelled = LessonEvent.cancelled(
        .init(lesson: outline, kind: .excused, reason: .known("Болезнь"), cancelledBy: tutor)
    )
    static let reverted = LessonEvent.completionReverted(.init(lesson: outline, reason: .known("Не тот урок")))
    static var rescheduled: LessonEvent {
        var moved = outline
        moved.startsAt = noon + day
        return .rescheduled(
            .init(lesson: moved, previousStartsAt: noon, reason: .known("Олимпиада"), rescheduledBy: tutor)
        )
    }
    static var updated: LessonEvent {
        var new = outline
        new.topic = "Теорема Виета"
        new.type = .practice
        return .updated(.init(lesson: new, roomURL: nil, notes: .known("Взять циркуль")))
    }
    static let corrected = LessonEvent.attendanceCorrected(
        .init(
            lesson: outline,
            mastery: .learned,
            participant: Participant(studentID: boris, attendance: .late, score: 70),
            previous: Participant(studentID: boris, attendance: .excusedAbsence),
            reason: .known("Пришёл позже")
        )
    )
    static let textsErased = LessonEvent.textsErased(.init(lesson: outline))

    /// One of each.
    static var events: [LessonEvent] {
        [scheduled, updated, started, rescheduled, cancelled, completed, reverted, corrected, textsErased]
    }
}

extension LessonEvent: CustomTestStringConvertible {
    var testDescription: String { type(of: self.payload).type }
}
