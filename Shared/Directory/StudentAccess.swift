public import Contracts
public import FoundationEssentials
public import Postgres

/// The one answer to "may this person do that with this student?".
///
/// A student sees himself, a parent the own children, a tutor the own students, an administrator everybody. Who may not see
/// a student is told that there is none: that a person exists is already more than a stranger may know.
public enum StudentAccess: Sendable {
    /// Look at what is the student's.
    case view
    /// Plan, assess, correct: the tutor's part.
    case teach

    /// Whether a person may.
    public func admits(
        _ person: UUID,
        _ role: PersonRole,
        to student: UUID,
        in session: PostgresSession
    ) throws -> Bool {
        try self.sift([student], for: person, role, in: session).admitted.contains(student)
    }

    /// With which of these students a person may, and of which this service has not heard, in one query.
    public func sift(
        _ students: Set<UUID>,
        for person: UUID,
        _ role: PersonRole,
        in session: PostgresSession
    ) throws -> (admitted: Set<UUID>, unknown: Set<UUID>) {
        let rows = try session.query(
            """
            SELECT student, people.role, EXISTS (
                SELECT 1 FROM directory_relations AS related
                WHERE related.student = wanted.student AND related.relation = \(self.relation(of: role)?.rawValue)
                  AND related.person = \(person)
            )
            FROM unnest(\(Array(students))) AS wanted (student) LEFT JOIN directory_people AS people ON id = student
            """
        )
        var (admitted, unknown): (Set<UUID>, Set<UUID>) = ([], [])
        for row in rows {
            let student = try row.decode(0, as: UUID.self)
            let isWhat = try row.decode(1, as: String?.self)
            if isWhat == nil { unknown.insert(student) }
            let isAdmitted =
                switch (self, role) {
                case (_, .admin): isWhat == PersonRole.student.rawValue
                case (.view, .student): person == student
                default: try row.decode(2, as: Bool.self)
                }
            if isAdmitted { admitted.insert(student) }
        }
        return (admitted, unknown)
    }

    /// What a person must be to the student, when it is that which counts.
    private func relation(of role: PersonRole) -> Relation? {
        switch (self, role) {
        case (_, .tutor): .tutor
        case (.view, .parent): .parent
        case (_, .admin), (_, .student), (.teach, .parent): nil
        }
    }

    /// Whether a person may do this with at least one of these students: who has left a group does not hold up the others.
    public func admits(
        _ person: UUID,
        _ role: PersonRole,
        toAnyOf students: [UUID],
        in session: PostgresSession
    ) throws -> Bool {
        try !self.sift(Set(students), for: person, role, in: session).admitted.isEmpty
    }
}
