internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

/// How a lesson went for one student, as it is recorded.
struct Participant: Codable, Equatable, Sendable {
    var studentID: UUID
    var attendance: Attendance
    var score: Int?

    enum CodingKeys: String, CodingKey {
        case studentID = "student_id"
        case attendance
        case score
    }
}

extension Participant {
    /// Records what was said; whoever was absent has no grade.
    init(_ participation: Participation) throws(LessonRefusal) {
        guard participation.attendance.isPresent || participation.score == nil else {
            throw .scoreOfAbsentStudent(participation.studentID)
        }
        self.studentID = participation.studentID
        self.attendance = participation.attendance
        self.score = participation.score?.points
    }
}
