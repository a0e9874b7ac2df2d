internal import Contracts
internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Postgres
internal import ServiceKit

/// Opens sessions, goes on with them, and ends them.
struct Sessions: Sendable {
    /// How many sessions a person has at most: whoever knows a password must not be able to open more than can be ended at
    /// once.
    static let most = 50

    let sessions: AggregateRepository<Session>
    let secrets: AccessSecrets
    let signingKeys: SigningKeys

    /// What a client gets to prove who it is.
    struct Tokens: Sendable {
        let accessToken: String
        let refreshToken: RefreshToken
    }

    /// Opens a session for somebody who has just proved identity; the one that was not used for the longest time makes room.
    func open(for person: UUID, _ role: PersonRole, in work: UnitOfWork) throws -> Tokens {
        for old in try SessionQueries.open(of: person, in: work.session).dropFirst(Self.most - 1) {
            try self.revoke(old.id, .displaced, in: work)
        }
        let session = UUID.version7(at: work.now)
        let token = RefreshToken(session: session)
        try self.sessions.handle(
            .open(for: person, token: self.secrets.hash(of: token), at: work.now),
            on: session,
            in: work
        )
        return Tokens(accessToken: try self.accessToken(person, role, session), refreshToken: token)
    }

    /// Exchanges a refresh token for its successor.
    ///
    /// - Returns: Whose session it is; `nil` when the token was spent, and the session is revoked now: that has to be committed.
    func refresh(_ token: RefreshToken, in work: UnitOfWork) throws -> (person: UUID, successor: RefreshToken)? {
        let successor = self.secrets.successor(of: token)
        let session = try self.sessions.handle(
            .refresh(self.secrets.hash(of: token), successor: self.secrets.hash(of: successor), at: work.now),
            on: token.session,
            in: work
        )
        guard session.state.revocation == nil, let person = session.state.userID else { return nil }
        return (person, successor)
    }

    /// An access token for a session that is open.
    func accessToken(_ person: UUID, _ role: PersonRole, _ session: UUID) throws -> String {
        try self.signingKeys.signer().sign(Principal(id: person, role: role, sessionID: session))
    }

    /// Ends a session.
    func revoke(_ session: UUID, _ reason: SessionEvent.Revoked.Reason, in work: UnitOfWork) throws {
        try self.sessions.handle(.revoke(reason), on: session, in: work)
    }

    /// Ends all sessions of a person, but for the one that asks.
    func revokeAll(
        of person: UUID,
        except session: UUID? = nil,
        _ reason: SessionEvent.Revoked.Reason,
        in work: UnitOfWork
    ) throws {
        for other in try SessionQueries.open(of: person, in: work.session) where other.id != session {
            try self.revoke(other.id, reason, in: work)
        }
    }
}
