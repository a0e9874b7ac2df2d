internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

/// Decisions about a lesson that is still to come.
extension Lesson {
    /// How far back a lesson may have started when it is written down: a year.
    private static let longestPast: TimeInterval = 366 * 24 * 60 * 60
    /// How long before its time a lesson may begin: a quarter of an hour.
    private static let longestLead: TimeInterval = 15 * 60

    func schedule(_ plan: LessonPlan, at now: Date) throws(LessonRefusal) -> [LessonEvent] {
        guard self.outline == nil else { throw .alreadyScheduled }
        try Self.checkStart(plan.startsAt, at: now)
        let lesson = LessonOutline(
            tutorID: plan.tutorID,
            studentIDs: plan.students.ids,
            subject: try LessonField.subject.required(plan.subject),
            topic: try LessonField.topic.checked(plan.topic),
            type: plan.type,
            skills: try Self.checkSkills(plan.skills),
            startsAt: plan.startsAt,
            durationMinutes: plan.duration.minutes,
            timeZone: plan.timeZone
        )
        let room = try self.sealedRoom(plan.roomURL)
        return [.scheduled(.init(lesson: lesson, roomURL: room, notes: try self.sealed(.notes, plan.notes)))]
    }

    func update(_ change: LessonChange) throws(LessonRefusal) -> [LessonEvent] {
        let lesson = try self.known()
        guard self.status.isPlanned || self.status == .inProgress else { throw .wrongStatus(self.status) }
        var new = lesson
        if let subject = change.subject { new.subject = try LessonField.subject.required(subject) }
        if let topic = change.topic { new.topic = try LessonField.topic.checked(topic) }
        if let type = change.type { new.type = type }
        if let skills = change.skills { new.skills = try Self.checkSkills(skills) }
        if let duration = change.duration { new.durationMinutes = duration.minutes }
        let room = change.roomURL == nil ? self.roomURL : try self.sealedRoom(change.roomURL)
        let notes = change.notes == nil ? self.notes : try self.sealed(.notes, change.notes)
        guard new != lesson || room != self.roomURL || notes != self.notes else { return [] }
        return [.updated(.init(lesson: new, roomURL: room, notes: notes))]
    }

    func start(at now: Date) throws(LessonRefusal) -> [LessonEvent] {
        let lesson = try self.known()
        guard self.status.isPlanned else { throw .wrongStatus(self.status) }
        let earliest = lesson.startsAt - Self.longestLead
        guard now >= earliest else { throw .notBegun(earliest: earliest) }
        return [.started(.init(lesson: lesson, startedAt: now))]
    }

    func reschedule(
        to start: Date,
        reason: String?,
        by person: UUID,
        at now: Date
    ) throws(LessonRefusal) -> [LessonEvent] {
        let lesson = try self.known()
        guard self.status.isPlanned else { throw .wrongStatus(self.status) }
        try Self.checkStart(start, at: now)
        let reason = try self.sealed(.reason, reason)
        guard start != lesson.startsAt else { return [] }
        var new = lesson
        new.startsAt = start
        return [
            .rescheduled(
                .init(lesson: new, previousStartsAt: lesson.startsAt, reason: reason, rescheduledBy: person)
            )
        ]
    }

    func cancel(_ kind: CancellationKind, reason: String?, by person: UUID?) throws(LessonRefusal) -> [LessonEvent] {
        let lesson = try self.known()
        guard self.status.isPlanned else { throw .wrongStatus(self.status) }
        let reason = try self.sealed(.reason, reason)
        return [.cancelled(.init(lesson: lesson, kind: kind, reason: reason, cancelledBy: person))]
    }

    /// The lesson, if there is one.
    func known() throws(LessonRefusal) -> LessonOutline {
        guard let outline = self.outline else { throw .unknownLesson }
        return outline
    }

    private static func checkStart(_ start: Date, at now: Date) throws(LessonRefusal) {
        guard start >= now - Self.longestPast else { throw .tooFarInThePast }
    }

    private static func checkSkills(_ skills: [String]) throws(LessonRefusal) -> [String] {
        guard skills.count <= 20 else { throw .tooLong(.skills) }
        return try skills.map { skill throws(LessonRefusal) in try LessonField.skills.required(skill) }
    }

    private func sealedRoom(_ room: String?) throws(LessonRefusal) -> Personal<String>? {
        let sealed = try self.sealed(.roomURL, room)
        guard let room = sealed?.value else { return nil }
        guard room.hasPrefix("https://") || room.hasPrefix("http://") else { throw .malformed(.roomURL) }
        return sealed
    }
}
