internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Postgres

/// How people are found when they log in or redeem a code.
///
/// Its constraints hold what no single account can know: that an address belongs to one person only, and that no two open
/// codes share the half by which they are found.
struct CredentialsProjection: Projection {
    typealias Source = User

    static let name = "credentials"
    static let tables = ["credentials", "access_codes"]

    func project(_ recorded: Recorded<UserEvent>, into session: PostgresSession) throws {
        let id = recorded.stream.id
        switch recorded.event {
        case .registered(let event):
            self.bind(id, event.profile.email?.value, event.passwordHash.value, nil, session)
        case .accessCodeIssued(let event):
            session.enqueue(
                """
                INSERT INTO access_codes (user_id, selector_hash) VALUES (\(id), \(event.selectorHash.text))
                ON CONFLICT (user_id) DO UPDATE SET selector_hash = excluded.selector_hash
                """
            )
        case .accessCodeWithdrawn:
            session.enqueue("DELETE FROM access_codes WHERE user_id = \(id)")
        case .accessCodeRedeemed(let event):
            session.enqueue("DELETE FROM access_codes WHERE user_id = \(id)")
            self.bind(id, event.email?.value, event.passwordHash?.value, event.telegramID?.value, session)
        case .profileChanged(let event):
            session.enqueue(
                """
                UPDATE credentials SET email = \(event.profile.email?.value)
                WHERE user_id = \(id) AND email IS DISTINCT FROM \(event.profile.email?.value)
                """
            )
        case .passwordChanged(let event):
            self.setPassword(event.passwordHash.value, of: id, in: session)
            session.enqueue("DELETE FROM access_codes WHERE user_id = \(id)")
        case .passwordHashStrengthened(let event):
            self.setPassword(event.passwordHash.value, of: id, in: session)
        case .erased:
            session.enqueue("DELETE FROM credentials WHERE user_id = \(id)")
            session.enqueue("DELETE FROM access_codes WHERE user_id = \(id)")
        case .introduced, .accessCodeMissed, .relationAdded, .relationRemoved, .blocked, .unblocked:
            break
        }
    }

    private func setPassword(_ hash: String?, of id: UUID, in session: PostgresSession) {
        session.enqueue("UPDATE credentials SET password_hash = \(hash) WHERE user_id = \(id)")
    }

    private func bind(
        _ id: UUID,
        _ email: String?,
        _ passwordHash: String?,
        _ telegramID: Int64?,
        _ session: PostgresSession
    ) {
        session.enqueue(
            """
            INSERT INTO credentials (user_id, email, password_hash, telegram_id)
            VALUES (\(id), \(email), \(passwordHash), \(telegramID))
            ON CONFLICT (user_id) DO UPDATE SET email = coalesce(excluded.email, credentials.email),
                password_hash = coalesce(excluded.password_hash, credentials.password_hash),
                telegram_id = coalesce(excluded.telegram_id, credentials.telegram_id)
            """
        )
    }
}
