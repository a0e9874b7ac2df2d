internal import EventSourcing
internal import Foundation
internal import Postgres
internal import ServiceKit

/// A person as clients see it.
struct UserView: Encodable, Sendable {
    let id: UUID
    let role: String
    let fullName: String?
    let email: String?
    let phone: String?
    let telegramUsername: String?
    let bio: String?
    let locale: String
    let timeZone: String
    let parents: [UUID]
    let children: [UUID]
    let tutors: [UUID]
    let status: String
    let createdAt: Date
    let version: Int64

    enum CodingKeys: String, CodingKey {
        case id, role, email, phone, bio, locale, parents, children, tutors, status, version
        case fullName = "full_name"
        case telegramUsername = "telegram_username"
        case timeZone = "time_zone"
        case createdAt = "created_at"
    }
}

extension UserView {
    /// The columns that ``init(_:)`` reads, in its order; for `FROM people`.
    ///
    /// - Parameter visible: Whether the person in a column is one that the reader may know of.
    static func columns(_ visible: (SQL) -> SQL) -> SQL {
        """
        id, role, full_name, email, phone, telegram_username, bio, locale, time_zone,
        ARRAY(SELECT person FROM directory_relations
              WHERE student = id AND relation = 'parent' AND \(fragment: visible("person")) ORDER BY person),
        ARRAY(SELECT student FROM directory_relations
              WHERE person = id AND relation = 'parent' AND \(fragment: visible("student")) ORDER BY student),
        ARRAY(SELECT person FROM directory_relations
              WHERE student = id AND relation = 'tutor' AND \(fragment: visible("person")) ORDER BY person),
        CASE WHEN is_blocked THEN 'blocked' ELSE status END, created_at, version
        """
    }

    init(_ row: Row) throws {
        self.id = try row.decode(0)
        self.role = try row.decode(1)
        self.fullName = try row.decode(2)
        self.email = try row.decode(3)
        self.phone = try row.decode(4)
        self.telegramUsername = try row.decode(5)
        self.bio = try row.decode(6)
        self.locale = try row.decode(7)
        self.timeZone = try row.decode(8)
        self.parents = try row.decode(9)
        self.children = try row.decode(10)
        self.tutors = try row.decode(11)
        self.status = try row.decode(12)
        self.createdAt = try row.decode(13)
        self.version = try row.decode(14)
    }
}
