internal import Contracts
internal import Foundation

/// When somebody wants to meet.
struct Appointment: Sendable {
    let people: [UUID]
    let startsAt: Date
    let minutes: Int
}

extension Appointment {
    init(_ plan: LessonPlan) {
        self.init(
            people: plan.students.ids + [plan.tutorID],
            startsAt: plan.startsAt,
            minutes: plan.duration.minutes
        )
    }

    /// A lesson as it stands, but for what is to change about it.
    init(_ lesson: LessonView, startsAt: Date? = nil, minutes: Int? = nil) {
        self.init(
            people: lesson.studentIDs + [lesson.tutorID],
            startsAt: startsAt ?? lesson.startsAt,
            minutes: minutes ?? lesson.durationMinutes
        )
    }
}
