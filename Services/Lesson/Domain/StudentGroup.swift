internal import FoundationEssentials

/// The students of a lesson: one to twenty, each of them once.
struct StudentGroup: Equatable, Sendable {
    /// How many students a lesson may have.
    static let limit = 20

    /// The students.
    let ids: [UUID]

    /// Refuses none, too many, and the same one twice.
    init(_ ids: [UUID]) throws(LessonRefusal) {
        guard !ids.isEmpty else { throw .noStudents }
        guard ids.count <= Self.limit else { throw .tooManyStudents(limit: Self.limit) }
        var seen: Set<UUID> = []
        for student in ids where !seen.insert(student).inserted { throw .duplicateStudent(student) }
        self.ids = ids
    }
}
