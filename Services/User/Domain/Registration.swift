internal import Contracts

/// Somebody who comes alone: a tutor, or the first admin.
struct Registration: Sendable {
    var fullName: FullName
    var email: EmailAddress
    var password: PasswordHash
    var locale = Language.russian
    var timeZone = TimeZoneID.utc
}
