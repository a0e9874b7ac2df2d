internal import Contracts
internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Postgres

/// People as other people see them: one row each.
struct PeopleProjection: Projection {
    typealias Source = User

    static let name = "people"
    static let tables = ["people"]

    func project(_ recorded: Recorded<UserEvent>, into session: PostgresSession) throws {
        let id = recorded.stream.id
        switch recorded.event {
        case .registered(let event):
            self.insert(recorded, event.role.rawValue, .active, event.profile, nil, session)
        case .introduced(let event):
            self.insert(recorded, event.role.rawValue, .invited, event.profile, event.introducedBy, session)
        case .profileChanged(let event):
            self.update(id, event.profile, session)
        case .accessCodeRedeemed(let event):
            self.setStatus(.active, id, session)
            session.enqueue(
                """
                UPDATE people SET email = coalesce(\(event.email?.value), email),
                    telegram_username = coalesce(\(event.telegramUsername?.value), telegram_username)
                WHERE id = \(id)
                """
            )
        case .blocked:
            self.setBlocked(true, id, session)
        case .unblocked:
            self.setBlocked(false, id, session)
        case .erased:
            session.enqueue(
                """
                UPDATE people SET status = 'erased', is_blocked = false, full_name = NULL, email = NULL, phone = NULL,
                    telegram_username = NULL, bio = NULL
                WHERE id = \(id)
                """
            )
        case .accessCodeIssued, .accessCodeMissed, .accessCodeWithdrawn, .relationAdded, .relationRemoved,
            .passwordChanged, .passwordHashStrengthened:
            break
        }
        session.enqueue("UPDATE people SET version = \(recorded.streamVersion.rawValue) WHERE id = \(id)")
    }

    private func insert(
        _ recorded: Recorded<UserEvent>,
        _ role: String,
        _ status: UserStatus,
        _ profile: Profile,
        _ introducedBy: UUID?,
        _ session: PostgresSession
    ) {
        session.enqueue(
            """
            INSERT INTO people (id, role, status, full_name, email, phone, telegram_username, bio, locale, time_zone,
                introduced_by, version, created_at)
            VALUES (\(recorded.stream.id), \(role), \(status.rawValue), \(profile.fullName.value), \(profile.email?.value),
                \(profile.phone?.value), \(profile.telegramUsername?.value), \(profile.bio?.value),
                \(profile.locale.rawValue), \(profile.timeZone.description), \(introducedBy), 1, \(recorded.recordedAt))
            """
        )
    }

    private func update(_ id: UUID, _ profile: Profile, _ session: PostgresSession) {
        session.enqueue(
            """
            UPDATE people SET full_name = \(profile.fullName.value), email = \(profile.email?.value),
                phone = \(profile.phone?.value), telegram_username = \(profile.telegramUsername?.value),
                bio = \(profile.bio?.value), locale = \(profile.locale.rawValue),
                time_zone = \(profile.timeZone.description)
            WHERE id = \(id)
            """
        )
    }

    private func setBlocked(_ isBlocked: Bool, _ id: UUID, _ session: PostgresSession) {
        session.enqueue("UPDATE people SET is_blocked = \(isBlocked) WHERE id = \(id)")
    }

    private func setStatus(_ status: UserStatus, _ id: UUID, _ session: PostgresSession) {
        session.enqueue("UPDATE people SET status = \(status.rawValue) WHERE id = \(id)")
    }
}
