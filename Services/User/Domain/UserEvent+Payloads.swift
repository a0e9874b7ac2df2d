internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

extension UserEvent {
    /// A tutor or the first admin came.
    struct Registered: EventPayload {
        static let type = "user.registered"

        var role: PersonRole
        var profile: Profile
        var passwordHash: Personal<String>

        enum CodingKeys: String, CodingKey {
            case role
            case profile
            case passwordHash = "password_hash"
        }
    }

    /// A student or a parent was brought.
    struct Introduced: EventPayload {
        static let type = "user.introduced"

        var role: PersonRole
        var profile: Profile
        var introducedBy: UUID

        enum CodingKeys: String, CodingKey {
            case role
            case profile
            case introducedBy = "introduced_by"
        }
    }

    /// An access code was handed out.
    struct AccessCodeIssued: EventPayload {
        static let type = "user.access_code_issued"

        /// Of the half that finds the person.
        var selectorHash: SecretHash
        /// Of the half that proves the right.
        var proofHash: SecretHash
        var expiresAt: Date
        var issuedBy: UUID

        enum CodingKeys: String, CodingKey {
            case selectorHash = "selector_hash"
            case proofHash = "proof_hash"
            case expiresAt = "expires_at"
            case issuedBy = "issued_by"
        }
    }

    /// A wrong access code was shown.
    struct AccessCodeMissed: EventPayload {
        static let type = "user.access_code_missed"

        var triesLeft: Int

        enum CodingKeys: String, CodingKey {
            case triesLeft = "tries_left"
        }
    }

    /// An access code that nobody has redeemed is not good for anything any more.
    struct AccessCodeWithdrawn: EventPayload {
        static let type = "user.access_code_withdrawn"
    }

    /// The right access code was shown; the person can prove identity by these from now on.
    struct AccessCodeRedeemed: EventPayload {
        static let type = "user.access_code_redeemed"

        var email: Personal<String>?
        var passwordHash: Personal<String>?
        var telegramID: Personal<Int64>?
        var telegramUsername: Personal<String>?

        enum CodingKeys: String, CodingKey {
            case email
            case passwordHash = "password_hash"
            case telegramID = "telegram_id"
            case telegramUsername = "telegram_username"
        }
    }

    /// Somebody teaches the student, or answers for the student.
    struct RelationAdded: EventPayload {
        static let type = "user.relation_added"

        var relation: Relation
        var personID: UUID

        enum CodingKeys: String, CodingKey {
            case relation
            case personID = "person_id"
        }
    }

    /// Somebody does not teach the student any more, or does not answer for the student any more.
    struct RelationRemoved: EventPayload {
        static let type = "user.relation_removed"

        var relation: Relation
        var personID: UUID

        enum CodingKeys: String, CodingKey {
            case relation
            case personID = "person_id"
        }
    }

    /// The profile, complete, as it is from now on.
    struct ProfileChanged: EventPayload {
        static let type = "user.profile_changed"

        var profile: Profile

        enum CodingKeys: String, CodingKey {
            case profile
        }
    }

    /// A new password.
    struct PasswordChanged: EventPayload {
        static let type = "user.password_changed"

        var passwordHash: Personal<String>

        enum CodingKeys: String, CodingKey {
            case passwordHash = "password_hash"
        }
    }

    /// The same password, hashed with stronger parameters.
    struct PasswordHashStrengthened: EventPayload {
        static let type = "user.password_hash_strengthened"

        var passwordHash: Personal<String>

        enum CodingKeys: String, CodingKey {
            case passwordHash = "password_hash"
        }
    }

    /// The person may not use the platform for now.
    struct Blocked: EventPayload {
        static let type = "user.blocked"

        var by: UUID

        enum CodingKeys: String, CodingKey {
            case by
        }
    }

    /// The person may use it again.
    struct Unblocked: EventPayload {
        static let type = "user.unblocked"

        var by: UUID

        enum CodingKeys: String, CodingKey {
            case by
        }
    }

    /// The person is forgotten.
    struct Erased: EventPayload {
        static let type = "user.erased"

        var by: UUID

        enum CodingKeys: String, CodingKey {
            case by
        }
    }
}
