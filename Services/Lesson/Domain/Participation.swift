internal import Contracts
internal import FoundationEssentials

/// How a lesson went for one student, as a tutor says it.
struct Participation: Sendable {
    var studentID: UUID
    var attendance: Attendance
    var score: Score?
}
