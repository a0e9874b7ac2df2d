public import EventSourcing
public import FoundationEssentials

// What the user service tells the others. Never who somebody is: no name, no address, no number.

/// Every event that the user service publishes.
public enum UserEvents {
    /// Their types; a test holds the list against what is published.
    public static let all: [any PublicPayload.Type] = [
        UserCreated.self,
        UserUpdated.self,
        UserBlocked.self,
        UserUnblocked.self,
        UserErased.self,
        UserRelationAdded.self,
        UserRelationRemoved.self,
    ]
}

/// A person came to the platform.
public struct UserCreated: PublicPayload {
    /// The wire name.
    public static let type = "user.created"

    /// The person.
    public let userID: UUID
    /// What the person is; it never changes.
    public let role: PersonRole
    /// The language to address the person in.
    public let locale: Language
    /// The person's time zone.
    public let timeZone: TimeZoneID

    /// States the fact.
    public init(userID: UUID, role: PersonRole, locale: Language, timeZone: TimeZoneID) {
        self.userID = userID
        self.role = role
        self.locale = locale
        self.timeZone = timeZone
    }

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case role
        case locale
        case timeZone = "time_zone"
    }
}

/// A person changed the profile; whoever keeps a copy of a name asks for it again.
public struct UserUpdated: PublicPayload {
    /// The wire name.
    public static let type = "user.updated"

    /// The person.
    public let userID: UUID
    /// The language to address the person in.
    public let locale: Language
    /// The person's time zone.
    public let timeZone: TimeZoneID

    /// States the fact.
    public init(userID: UUID, locale: Language, timeZone: TimeZoneID) {
        self.userID = userID
        self.locale = locale
        self.timeZone = timeZone
    }

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case locale
        case timeZone = "time_zone"
    }
}

/// A person may not use the platform for now.
public struct UserBlocked: PublicPayload {
    /// The wire name.
    public static let type = "user.blocked"

    /// The person.
    public let userID: UUID

    /// States the fact.
    public init(userID: UUID) {
        self.userID = userID
    }

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
    }
}

/// A blocked person may use the platform again.
public struct UserUnblocked: PublicPayload {
    /// The wire name.
    public static let type = "user.unblocked"

    /// The person.
    public let userID: UUID

    /// States the fact.
    public init(userID: UUID) {
        self.userID = userID
    }

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
    }
}

/// A person asked to be forgotten: every copy of what is personal is deleted.
public struct UserErased: PublicPayload {
    /// The wire name.
    public static let type = "user.erased"

    /// The person.
    public let userID: UUID

    /// States the fact.
    public init(userID: UUID) {
        self.userID = userID
    }

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
    }
}

/// A tutor took a student on, or a parent answers for one from now on.
public struct UserRelationAdded: PublicPayload {
    /// The wire name.
    public static let type = "user.relation_added"

    /// The student.
    public let studentID: UUID
    /// What the other person is to the student.
    public let relation: Relation
    /// The other person.
    public let personID: UUID

    /// States the fact.
    public init(studentID: UUID, relation: Relation, personID: UUID) {
        self.studentID = studentID
        self.relation = relation
        self.personID = personID
    }

    enum CodingKeys: String, CodingKey {
        case studentID = "student_id"
        case relation
        case personID = "person_id"
    }
}

/// A tutor or a parent has nothing to do with a student any more.
public struct UserRelationRemoved: PublicPayload {
    /// The wire name.
    public static let type = "user.relation_removed"

    /// The student.
    public let studentID: UUID
    /// What the other person is to the student.
    public let relation: Relation
    /// The other person.
    public let personID: UUID

    /// States the fact.
    public init(studentID: UUID, relation: Relation, personID: UUID) {
        self.studentID = studentID
        self.relation = relation
        self.personID = personID
    }

    enum CodingKeys: String, CodingKey {
        case studentID = "student_id"
        case relation
        case personID = "person_id"
    }
}
