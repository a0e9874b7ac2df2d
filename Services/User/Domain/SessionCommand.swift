internal import FoundationEssentials

/// What can be asked of a session.
enum SessionCommand: Sendable {
    /// Somebody proved identity.
    case open(for: UUID, token: SecretHash, at: Date)
    /// A token is to be exchanged for its successor. Reuse is a fact, not a refusal: look whether the session was revoked.
    case refresh(SecretHash, successor: SecretHash, at: Date)
    /// It ends now.
    case revoke(SessionEvent.Revoked.Reason)
}

/// Why a session refuses a command.
enum SessionRefusal: Error, Equatable {
    /// There is no such session.
    case unknownSession
    /// A session of this identity exists already.
    case alreadyOpen
    /// It was revoked.
    case revoked
    /// It lasted too long, or was not used for too long.
    case expired
    /// The token never belonged to it.
    case unknownToken
}
