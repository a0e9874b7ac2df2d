internal import EventSourcing
public import FoundationEssentials

/// How a lesson went for one student.
public struct LessonParticipant: Codable, Equatable, Sendable {
    /// The student.
    public let studentID: UUID
    /// Whether the student was there.
    public let attendance: Attendance
    /// 0…100; absent when nothing was graded.
    public let score: Int?

    /// Describes it.
    public init(studentID: UUID, attendance: Attendance, score: Int? = nil) {
        self.studentID = studentID
        self.attendance = attendance
        self.score = score
    }

    enum CodingKeys: String, CodingKey {
        case studentID = "student_id"
        case attendance
        case score
    }
}
