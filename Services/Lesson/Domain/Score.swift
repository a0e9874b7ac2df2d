/// A grade from 0 to 100.
struct Score: Equatable, Sendable {
    /// The grade.
    let points: Int

    /// Refuses what is no grade.
    init(_ points: Int) throws(LessonRefusal) {
        guard (0...100).contains(points) else { throw .scoreOutOfRange }
        self.points = points
    }
}
