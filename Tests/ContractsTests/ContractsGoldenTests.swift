import Contracts
import EventSourcing
import Foundation
import TestKit
import Testing

/// Every public event, as the others see it.
@Suite("The public form of events")
struct ContractsGoldenTests {
    private static let lesson = LessonSummary(
        id: .sample(50),
        tutorID: .sample(1),
        studentIDs: [.sample(2), .sample(3)],
        subject: "Математика",
        topic: "Квадратные уравнения",
        type: .exam,
        skills: ["дискриминант"],
        startsAt: Date(timeIntervalSince1970: 1_772_377_200),
        durationMinutes: 60,
        timeZone: TimeZoneID("Europe/Moscow") ?? .utc
    )
    private static let anna = LessonParticipant(studentID: .sample(2), attendance: .attended, score: 92)
    private static let boris = LessonParticipant(studentID: .sample(3), attendance: .excusedAbsence)
    private static let cause = XPCause(reason: .lessonCompleted, id: UUID.sample(50).lowercased)

    private static let events: [any PublicPayload] = [
        UserCreated(userID: .sample(2), role: .student, locale: .russian, timeZone: .utc),
        UserUpdated(userID: .sample(2), locale: .english, timeZone: .utc),
        UserBlocked(userID: .sample(2)),
        UserUnblocked(userID: .sample(2)),
        UserErased(userID: .sample(2)),
        UserRelationAdded(studentID: .sample(2), relation: .tutor, personID: .sample(1)),
        UserRelationRemoved(studentID: .sample(2), relation: .parent, personID: .sample(4)),
        LessonScheduled(lesson: lesson),
        LessonUpdated(lesson: lesson),
        LessonStarted(lesson: lesson, startedAt: lesson.startsAt + 60),
        LessonRescheduled(lesson: lesson, previousStartsAt: lesson.startsAt - 86_400),
        LessonCancelled(lesson: lesson, kind: .unexcused, cancelledBy: .sample(1)),
        LessonCompleted(lesson: lesson, score: 92, mastery: .learned, participants: [anna, boris]),
        LessonCompletionReverted(lesson: lesson),
        LessonAttendanceCorrected(
            lesson: lesson,
            mastery: .mastered,
            participant: LessonParticipant(studentID: .sample(3), attendance: .late, score: 70),
            previous: boris
        ),
        StudentCreated(studentID: .sample(2)),
        StudentLevelUp(studentID: .sample(2), level: 2, previousLevel: 1),
        AchievementEarned(studentID: .sample(2), achievementID: "first_lesson", xp: 50),
        AchievementRevoked(studentID: .sample(2), achievementID: "first_lesson", xp: 50),
        XPEarned(studentID: .sample(2), amount: 300, cause: cause),
        XPRevoked(studentID: .sample(2), amount: 300, cause: cause),
        StreakUpdated(studentID: .sample(2), dayStreak: 3, bestDayStreak: 7, lessonStreak: 12),
    ]

    @Test("never changes", arguments: Self.events.indices)
    func neverChanges(_ index: Int) throws {
        try GoldenFiles().expectStable(Self.events[index])
    }

    @Test("is guarded for every event")
    func isGuarded() throws {
        let all = UserEvents.all + LessonEvents.all + StudentEvents.all
        #expect(Set(Self.events.map { type(of: $0).type }) == Set(all.map { $0.type }))
        try GoldenFiles().expectFiles(for: all.map { $0.type })
    }

    @Test("leaves out what is not there, and reads it as not there")
    func optionals() throws {
        let completed = LessonCompleted(lesson: Self.lesson, participants: [Self.boris])
        let json = String(decoding: try JSONEncoder.wire().encode(completed), as: UTF8.self)
        #expect(!json.contains("null"))
        let read = try JSONDecoder.wire().decode(LessonCompleted.self, from: Data(json.utf8))
        #expect(read == completed)
    }

    @Test("can grow: members that nobody knows yet are ignored")
    func growth() throws {
        let json = #"{"user_id":"\#(UUID.sample(2).lowercased)","reason":"new in 2027"}"#
        #expect(try JSONDecoder.wire().decode(UserBlocked.self, from: Data(json.utf8)).userID == .sample(2))
    }

    @Test(
        "time zones are names that the database knows",
        arguments: ["Europe/Moscow", "UTC", "America/Argentina/Ushuaia"]
    )
    func timeZone(_ name: String) throws {
        let zone = try #require(TimeZoneID(name))
        #expect(zone.description == name)
        #expect(zone.zone.identifier == name || name == "UTC")
    }

    @Test(
        "anything else is no time zone",
        arguments: ["", "Moscow", "MSK", "GMT+3", "+03:00", "Mars/Olympus", "../etc/passwd"]
    )
    func noTimeZone(_ name: String) {
        #expect(TimeZoneID(name) == nil)
    }

    @Test("a time zone that was dropped from the database still reads")
    func droppedTimeZone() throws {
        let read = try JSONDecoder.wire().decode([TimeZoneID].self, from: Data(#"["Europe/Atlantis"]"#.utf8))
        #expect(read.map(\.description) == ["Europe/Atlantis"])
        #expect(read.map(\.zone.identifier) == [TimeZone.gmt.identifier])
    }
}
