internal import Contracts
internal import ServiceKit

// What clients send to come in. Every field is listed; anything else is refused.

/// The body of `POST /auth/register`.
struct RegisterRequest: Decodable, Sendable {
    let email: String
    let password: String
    let fullName: String
    let locale: Language?
    let timeZone: String?
    /// Sent by clients of the analytics; it means nothing here.
    let company: String?

    enum CodingKeys: String, CodingKey {
        case email, password, locale, company
        case fullName = "full_name"
        case timeZone = "time_zone"
    }
}

/// The body of `POST /auth/login`.
struct LoginRequest: Decodable, Sendable {
    let email: String
    let password: String
}

/// The body of `POST /auth/redeem`.
struct RedeemRequest: Decodable, Sendable {
    let accessCode: String
    let email: String
    let password: String

    enum CodingKeys: String, CodingKey {
        case email, password
        case accessCode = "access_code"
    }
}

/// The body of `POST /auth/refresh`.
struct RefreshRequest: Decodable, Sendable {
    let refreshToken: String

    enum CodingKeys: String, CodingKey {
        case refreshToken = "refresh_token"
    }
}

/// The body of `POST /auth/change-password`.
struct ChangePasswordRequest: Decodable, Sendable {
    let oldPassword: String
    let newPassword: String

    enum CodingKeys: String, CodingKey {
        case oldPassword = "old_password"
        case newPassword = "new_password"
    }
}

/// A password that somebody chose.
struct NewPassword: Sendable {
    /// The password, exactly as it was typed.
    let text: String

    /// Refuses what is too short to be safe, or longer than anybody types (NIST SP 800-63B, section 5.1.1.2).
    init(_ text: String, field: String = "password") throws(Problem) {
        guard text.count >= 8 else { throw .invalid(field, "must have 8 characters or more") }
        guard text.utf8.count <= 1024 else { throw .invalid(field, "must have 1,024 bytes at most") }
        self.text = text
    }
}
