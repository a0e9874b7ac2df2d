internal import Contracts
internal import EventSourcing

/// Who a person is, as it is stored: what is personal is sealed with the person's key.
struct Profile: Codable, Equatable, Sendable {
    var fullName: Personal<String>
    var email: Personal<String>?
    var phone: Personal<String>?
    var telegramUsername: Personal<String>?
    var bio: Personal<String>?
    var locale: Language
    var timeZone: TimeZoneID

    /// What is left of it when the person is erased.
    mutating func erase() {
        self.fullName = .erased
        self.email = self.email.map { _ in .erased }
        self.phone = self.phone.map { _ in .erased }
        self.telegramUsername = self.telegramUsername.map { _ in .erased }
        self.bio = self.bio.map { _ in .erased }
    }

    enum CodingKeys: String, CodingKey {
        case fullName = "full_name"
        case email
        case phone
        case telegramUsername = "telegram_username"
        case bio
        case locale
        case timeZone = "time_zone"
    }
}
