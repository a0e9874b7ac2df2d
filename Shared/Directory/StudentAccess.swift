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
        switch (self, role) {
        case (_, .admin): try DirectoryQueries.person(student, in: session)?.role == .student
        case (_, .tutor): try DirectoryQueries.isRelated(person, as: .tutor, of: student, in: session)
        case (.view, .parent): try DirectoryQueries.isRelated(person, as: .parent, of: student, in: session)
        case (.view, .student): person == student
        case (.teach, .parent), (.teach, .student): false
        }
    }

    /// Whether a person may do this with all of these students.
    public func admits(
        _ person: UUID,
        _ role: PersonRole,
        to students: [UUID],
        in session: PostgresSession
    ) throws -> Bool {
        try students.allSatisfy { try self.admits(person, role, to: $0, in: session) }
    }
}
