internal import Contracts
internal import Foundation
internal import ServiceKit

// What clients send about people. Every field is listed; anything else is refused.

/// The body of `POST /api/v1/users`.
struct CreateUserRequest: Decodable, Sendable {
    /// Whom a tutor can bring.
    enum Role: String, CaseIterable, Decodable, Sendable {
        case student
        case parent
    }

    let fullName: String
    let role: Role
    let children: [UUID]?
    let email: String?
    let locale: Language?
    let timeZone: String?

    enum CodingKeys: String, CodingKey {
        case role, children, email, locale
        case fullName = "full_name"
        case timeZone = "time_zone"
    }
}

/// The body of `PATCH /api/v1/users/{id}`; an empty text removes what may be absent.
struct ChangeUserRequest: Decodable, Sendable {
    let fullName: String?
    let phone: String?
    let telegramUsername: String?
    let bio: String?
    let locale: Language?
    let timeZone: String?

    enum CodingKeys: String, CodingKey {
        case phone, bio, locale
        case fullName = "full_name"
        case telegramUsername = "telegram_username"
        case timeZone = "time_zone"
    }
}

/// The query of `GET /api/v1/users`.
struct UserFilter: Decodable, Sendable {
    let role: PersonRole?
    let search: String?
}

extension ProfileChange {
    init(_ body: ChangeUserRequest) throws {
        self.init()
        var errors = FieldErrors()
        self.fullName = try errors.value { try body.fullName.map(FullName.init(_:)) } ?? nil
        if let phone = body.phone, let edit = try errors.value({ try Edit(phone, PhoneNumber.init(_:)) }) {
            self.phone = edit
        }
        if let name = body.telegramUsername, let edit = try errors.value({ try Edit(name, TelegramUsername.init(_:)) })
        {
            self.telegramUsername = edit
        }
        self.bio = body.bio
        self.locale = body.locale
        self.timeZone = try errors.value { try body.timeZone.map(TimeZoneID.init(checking:)) } ?? nil
        try errors.throwIfAny()
    }
}

extension ProfileChange.Edit {
    /// An empty text removes.
    fileprivate init(_ text: String, _ read: (String) throws -> Value) throws {
        self = text.isEmpty ? .remove : .set(try read(text))
    }
}
