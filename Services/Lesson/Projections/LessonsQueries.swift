internal import Contracts
internal import EventSourcing
internal import Foundation
internal import Postgres
internal import ServiceKit

/// Reads lessons, and shows each only to those whom it concerns.
enum LessonsQueries {
    /// A lesson; `nil` when there is none that this person may see.
    static func lesson(_ id: UUID, for viewer: Principal, in session: PostgresSession) throws -> LessonView? {
        try session.queryFirst(
            """
            SELECT \(unescaped: LessonView.columns) FROM lessons
            WHERE id = \(id) AND \(fragment: Self.isVisible(to: viewer))
            """
        ).map(LessonView.init)
    }

    /// A page of lessons, in the order of their start.
    static func list(
        _ filter: LessonFilter,
        _ page: PageRequest,
        for viewer: Principal,
        in session: PostgresSession
    ) throws -> Page<LessonView> {
        var conditions = [Self.isVisible(to: viewer)] + filter.conditions
        if let last = try page.position() { conditions.append("(starts_at, id) > (\(last.time), \(last.id))") }
        let rows = try session.query(
            """
            SELECT \(unescaped: LessonView.columns) FROM lessons WHERE \(fragment: .all(conditions))
            ORDER BY starts_at, id LIMIT \(page.limit + 1)
            """
        )
        let lessons = try rows.prefix(page.limit).map(LessonView.init)
        let next = rows.count > page.limit ? lessons.last.map { PageCursor($0.startsAt, $0.id).text } : nil
        return Page(lessons, nextCursor: next)
    }

    private static func isVisible(to viewer: Principal) -> SQL {
        switch viewer.role {
        case .admin: "true"
        case .tutor: "tutor_id = \(viewer.id)"
        case .student: "student_ids @> ARRAY[\(viewer.id)]"
        case .parent:
            """
            student_ids && ARRAY(SELECT student FROM directory_relations WHERE person = \(viewer.id) AND relation = 'parent')
            """
        }
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
