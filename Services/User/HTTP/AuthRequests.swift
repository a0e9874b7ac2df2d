internal import Contracts

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
