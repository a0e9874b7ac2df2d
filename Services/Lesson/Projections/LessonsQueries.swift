internal import Contracts
internal import Directory
internal import EventSourcing
internal import Foundation
internal import Postgres
internal import ServiceKit

/// Reads lessons, and shows each only to those whom it concerns.
enum LessonsQueries {
    /// A lesson as it stands, with what this transaction has done to it.
    ///
    /// - Throws: A 404 `Problem` when there is none that the person may see.
    static func lesson(_ id: UUID, for viewer: Principal, in session: PostgresSession) throws -> LessonView {
        let sight = try LessonSight(of: viewer, in: session)
        let row = try session.queryFirst(
            """
            SELECT \(unescaped: LessonView.columns) FROM lessons WHERE id = \(id) AND \(fragment: sight.condition)
            """
        )
        guard let row else { throw Problem.notFound() }
        return try sight.view(row)
    }

    /// Some lessons of a tutor or student of which the texts were not erased.
    static func withTexts(of person: UUID, limit: Int, in session: PostgresSession) throws -> [UUID] {
        try session.query(
            """
            SELECT id FROM lessons
            WHERE (student_ids @> ARRAY[\(person)] OR tutor_id = \(person)) AND NOT texts_erased
            ORDER BY id LIMIT \(limit)
            """
        ).map { try $0.decode(0) }
    }

    /// The lessons to come that a tutor has with a student.
    static func upcoming(
        of tutor: UUID,
        with student: UUID,
        at now: Date,
        in session: PostgresSession
    ) throws -> [UUID] {
        try session.query(
            """
            SELECT id FROM lessons WHERE tutor_id = \(tutor) AND student_ids @> ARRAY[\(student)]
              AND status IN ('scheduled', 'rescheduled') AND starts_at > \(now) ORDER BY id
            """
        ).map { try $0.decode(0) }
    }

    /// How many lessons a tutor has planned ahead.
    static func countUpcoming(of tutor: UUID, at now: Date, in session: PostgresSession) throws -> Int {
        try session.queryFirst(
            """
            SELECT count(*) FROM lessons WHERE tutor_id = \(tutor) AND starts_at > \(now)
              AND status IN ('scheduled', 'rescheduled')
            """
        )?.decode(0) ?? 0
    }

    /// A page of lessons, in the order of their start.
    static func list(
        _ filter: LessonFilter,
        _ page: PageRequest,
        for viewer: Principal,
        in session: PostgresSession
    ) throws -> Page<LessonView> {
        let sight = try LessonSight(of: viewer, in: session)
        if let student = filter.studentID, !sight.includes(student) { return Page([], nextCursor: nil) }
        var conditions = [sight.condition] + filter.conditions
        if let last = try page.position() { conditions.append("(starts_at, id) > (\(last.time), \(last.id))") }
        let rows = try session.query(
            """
            SELECT \(unescaped: LessonView.columns) FROM lessons WHERE \(fragment: .all(conditions))
            ORDER BY starts_at, id LIMIT \(page.limit + 1)
            """
        )
        return Page(try rows.map { try sight.view($0) }, page) { PageCursor($0.startsAt, $0.id).text }
    }
}

/// What a person sees of lessons: a tutor the own ones, a student and a parent their part of theirs.
///
/// Notes are for the tutor alone.
private struct LessonSight {
    /// Which lessons.
    let condition: SQL
    /// Whom in them; everybody, when `nil`.
    private let students: [UUID]?

    init(of viewer: Principal, in session: PostgresSession) throws {
        switch viewer.role {
        case .admin:
            self.condition = "true"
            self.students = nil
        case .tutor:
            self.condition = "tutor_id = \(viewer.id)"
            self.students = nil
        case .student, .parent:
            let children = try DirectoryQueries.students(of: viewer.id, as: .parent, in: session)
            let students = viewer.role == .student ? [viewer.id] : children
            self.condition = "student_ids && \(students)"
            self.students = students
        }
    }

    func includes(_ student: UUID) -> Bool { self.students?.contains(student) ?? true }

    func view(_ row: Row) throws -> LessonView {
        var lesson = try LessonView(row)
        guard let students else { return lesson }
        // What is said about a group may be about somebody else's child.
        if !lesson.studentIDs.allSatisfy(students.contains) { lesson.comment = nil }
        lesson.notes = nil
        lesson.studentIDs.removeAll { !students.contains($0) }
        lesson.participants.removeAll { !students.contains($0.studentID) }
        return lesson
    }
}

extension LessonFilter {
    /// What is asked for, as conditions; nothing for what is not.
    fileprivate var conditions: [SQL] {
        var conditions: [SQL] = []
        if let student = self.studentID { conditions.append("student_ids @> ARRAY[\(student)]") }
        if let tutor = self.tutorID { conditions.append("tutor_id = \(tutor)") }
        if let from = self.from { conditions.append("starts_at >= \(from)") }
        if let to = self.to { conditions.append("starts_at < \(to)") }
        if let status = self.status { conditions.append("status = \(status.rawValue)") }
        if let topic = self.topic { conditions.append("strpos(lower(topic), lower(\(topic))) > 0") }
        return conditions
    }
}
