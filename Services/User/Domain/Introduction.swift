internal import Contracts
internal import FoundationEssentials

/// Somebody who is brought by a tutor, and redeems an access code later.
struct Introduction: Sendable {
    /// What a tutor can create.
    enum Role: Sendable {
        /// With the tutor who teaches, if a tutor creates the student.
        case student(tutor: UUID?)
        case parent
    }

    var role: Role
    var fullName: FullName
    var email: EmailAddress?
    var locale = Language.russian
    var timeZone = TimeZoneID.utc
    /// Of the access code that is handed out.
    var accessCode: AccessCodeHash
    /// Who creates the person.
    var by: UUID
}
