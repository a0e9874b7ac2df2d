internal import EventSourcing
internal import FoundationEssentials

/// A login and all refresh tokens that descend from it.
///
/// An aggregate and not a row: the expected version of its stream is what makes a token single-use. Of two refreshes at the
/// same moment one is refused by the store, decides again, finds itself inside the grace period, and hands out the same
/// successor; and the log tells afterwards why a session ended.
///
/// A token holds the session's identity and a secret, so no table is needed to find the stream. The successor's secret is
/// computed from the presented one with a key of the service: whoever lost the answer and asks again within the grace period
/// gets the same successor, and only hashes are ever kept.
struct Session: Snapshotting {
    static let category = "session"
    static let snapshotVersion = 1

    /// How long a session lasts at most: 30 days.
    static let lifetime: TimeInterval = 30 * 24 * 60 * 60
    /// How long it lasts without being used: 7 days.
    static let idleTime: TimeInterval = 7 * 24 * 60 * 60
    /// How many tokens it gives out one after the other: more than a client needs that asks every fifteen minutes, and no
    /// more than is worth remembering.
    static let mostTokens = 5_000
    /// How long the token before the current one is still answered, in seconds.
    static let grace: TimeInterval = 10

    /// Whose it is; `nil` before it was opened.
    private(set) var userID: UUID?
    /// When it was opened.
    private(set) var openedAt = Date.distantPast
    /// When it was last used.
    private(set) var usedAt = Date.distantPast
    /// Why it ended, if it did.
    private(set) var revocation: SessionEvent.Revoked.Reason?

    private var current: SecretHash?
    private var previous: SecretHash?
    private var spent: Set<SecretHash> = []

    init() {}

    func decide(_ command: SessionCommand) throws(SessionRefusal) -> [SessionEvent] {
        switch command {
        case .open(for: let user, token: let token, at: let now):
            guard self.userID == nil else { throw .alreadyOpen }
            return [.opened(.init(userID: user, tokenHash: token, openedAt: now))]
        case .refresh(let token, successor: let successor, at: let now):
            return try self.refresh(token, successor: successor, at: now)
        case .revoke(let reason):
            guard self.userID != nil else { throw .unknownSession }
            return self.revocation == nil ? [.revoked(.init(reason: reason))] : []
        }
    }

    private func refresh(
        _ token: SecretHash,
        successor: SecretHash,
        at now: Date
    ) throws(SessionRefusal) -> [SessionEvent] {
        guard self.userID != nil else { throw .unknownSession }
        guard self.revocation == nil else { throw .revoked }
        guard now < self.openedAt + Self.lifetime, now < self.usedAt + Self.idleTime else { throw .expired }
        guard self.spent.count < Self.mostTokens else { throw .expired }
        if token == self.current { return [.refreshed(.init(tokenHash: successor, refreshedAt: now))] }
        // The answer got lost, or two requests crossed: the same successor again, and nothing happens.
        if token == self.previous, successor == self.current, now <= self.usedAt + Self.grace { return [] }
        // A spent token comes from a thief, or from a victim whose thief was faster: nobody keeps the session.
        guard self.spent.contains(token) else { throw .unknownToken }
        return [.revoked(.init(reason: .reuse))]
    }

    mutating func evolve(_ event: SessionEvent) {
        switch event {
        case .opened(let event):
            self.userID = event.userID
            self.openedAt = event.openedAt
            self.usedAt = event.openedAt
            self.current = event.tokenHash
        case .refreshed(let event):
            self.usedAt = event.refreshedAt
            self.previous = self.current
            self.current = event.tokenHash
            if let previous { self.spent.insert(previous) }
        case .revoked(let event):
            self.revocation = event.reason
        }
    }
}
