internal import Contracts
internal import EventSourcing
internal import Foundation
internal import Postgres
internal import ServiceKit

/// A lesson as clients see it.
struct LessonView: Encodable, Sendable {
    let id: UUID
    let tutorID: UUID
    var studentIDs: [UUID]
    let subject: String
    let topic: String
    let startsAt: Date
    let durationMinutes: Int
    let timeZone: String
    let lessonType: String
    let status: String
    var participants: [Participant]
    let masteryLevel: String?
    var comment: String?
    let skills: [String]
    let roomURL: String?
    var notes: String?
    let originalStartsAt: Date
    let version: Int64
    let createdAt: Date
    let updatedAt: Date

    enum CodingKeys: String, CodingKey {
        case id, subject, topic, status, participants, comment, skills, notes, version
        case tutorID = "tutor_id"
        case studentIDs = "student_ids"
        case startsAt = "starts_at"
        case durationMinutes = "duration_minutes"
        case timeZone = "time_zone"
        case lessonType = "lesson_type"
        case masteryLevel = "mastery_level"
        case roomURL = "room_url"
        case originalStartsAt = "original_starts_at"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

extension LessonView {
    /// The columns that ``init(_:)`` reads, in its order.
    static let columns = """
        id, tutor_id, student_ids, subject, topic, starts_at, duration_minutes, time_zone, lesson_type, status, \
        participants, mastery_level, comment, skills, room_url, notes, original_starts_at, version, created_at, updated_at
        """

    init(_ row: Row) throws {
        self.id = try row.decode(0)
        self.tutorID = try row.decode(1)
        self.studentIDs = try row.decode(2)
        self.subject = try row.decode(3)
        self.topic = try row.decode(4)
        self.startsAt = try row.decode(5)
        self.durationMinutes = try row.decode(6)
        self.timeZone = try row.decode(7)
        self.lessonType = try row.decode(8)
        self.status = try row.decode(9)
        let participants = try row.decode(10, as: PostgresJSON.self)
        self.participants = try JSONDecoder.wire().decode([Participant].self, from: Data(participants.bytes))
        self.masteryLevel = try row.decode(11)
        self.comment = try row.decode(12)
        self.skills = try row.decode(13)
        self.roomURL = try row.decode(14)
        self.notes = try row.decode(15)
        self.originalStartsAt = try row.decode(16)
        self.version = try row.decode(17)
        self.createdAt = try row.decode(18)
        self.updatedAt = try row.decode(19)
    }
}
