internal import EventSourcing
internal import FoundationEssentials

/// What can happen to a session.
enum SessionEvent: DomainEvent {
    case opened(Opened)
    case refreshed(Refreshed)
    case revoked(Revoked)

    static let codec = EventCodec<SessionEvent>()
        .adding(Opened.self, SessionEvent.opened)
        .adding(Refreshed.self, SessionEvent.refreshed)
        .adding(Revoked.self, SessionEvent.revoked)

    var payload: any EventPayload {
        switch self {
        case .opened(let payload): payload
        case .refreshed(let payload): payload
        case .revoked(let payload): payload
        }
    }

    /// Somebody logged in.
    struct Opened: EventPayload {
        static let type = "session.opened"

        var userID: UUID
        var tokenHash: SecretHash
        var openedAt: Date

        enum CodingKeys: String, CodingKey {
            case userID = "user_id"
            case tokenHash = "token_hash"
            case openedAt = "opened_at"
        }
    }

    /// A token was exchanged for its successor.
    struct Refreshed: EventPayload {
        static let type = "session.refreshed"

        var tokenHash: SecretHash
        var refreshedAt: Date

        enum CodingKeys: String, CodingKey {
            case tokenHash = "token_hash"
            case refreshedAt = "refreshed_at"
        }
    }

    /// It ended; no token of it is worth anything any more.
    struct Revoked: EventPayload {
        static let type = "session.revoked"

        /// Why a session ends.
        enum Reason: String, CaseIterable, Codable, Sendable {
            /// The person left.
            case logout
            /// The person ended it from another session.
            case endedByPerson = "ended_by_person"
            /// A spent token came back.
            case reuse
            /// The person came in anew, by an access code.
            case accessCodeRedeemed = "access_code_redeemed"
            /// The password changed.
            case passwordChanged = "password_changed"
            /// The person has opened too many others since.
            case displaced
            /// The person was blocked.
            case blocked
            /// The person was erased.
            case erased
        }

        var reason: Reason

        enum CodingKeys: String, CodingKey {
            case reason
        }
    }
}
