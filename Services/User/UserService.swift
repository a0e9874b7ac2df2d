internal import Contracts
internal import EventSourcing
internal import EventStorePostgres
internal import ServiceKit

/// People and access: who somebody is, what proves it, and who belongs to whom.
@main
struct UserService {
    /// What follows people, and what follows sessions.
    static let userProjections: [any Projection<User>] = [
        PeopleProjection(), CredentialsProjection(), DirectoryProjection(),
    ]
    static let sessionProjections: [any Projection<Session>] = [SessionsProjection()]

    static let definition = Self.define()

    /// Defines the service.
    ///
    /// - Parameter hashing: How much work a password is; only tests take less.
    static func define(hashing: ScryptParameters = .recommended) -> ServiceDefinition<UserSettings> {
        ServiceDefinition(
            name: "user",
            port: 8001,
            migrations: UserMigrations.all,
            projections: Self.userProjections.map { AnyProjection($0) }
                + Self.sessionProjections.map { AnyProjection($0) },
            publications: UserPublications.all,
            settings: { UserSettings.read(&$0) },
            compose: { context, settings in
                let keys = PersonalKeys(wrappingKey: settings.personalDataKey)
                let users = AggregateRepository<User>(projections: Self.userProjections, keys: keys)
                let signingKeys = SigningKeys(settings.secrets, context)
                let passwords = PasswordHasher(hashing)
                let sessions = Sessions(
                    sessions: AggregateRepository(projections: Self.sessionProjections, snapshots: .every(20)),
                    secrets: settings.secrets,
                    signingKeys: signingKeys
                )
                var parts = ServiceParts()
                AuthRoutes(
                    users: users,
                    sessions: sessions,
                    passwords: passwords,
                    secrets: settings.secrets,
                    context: context
                )
                .declare(in: &parts.routes)
                UserRoutes(users: users, sessions: sessions, keys: keys, secrets: settings.secrets, context: context)
                    .declare(in: &parts.routes)
                KeyRoutes(signingKeys: signingKeys).declare(in: &parts.routes)
                EndedSessionRoutes(context: context).declare(in: &parts.routes)
                parts.personalKeys = keys
                parts.verificationKeys = signingKeys
                parts.background = [
                    signingKeys,
                    AdminBootstrap(admin: settings.admin, users: users, passwords: passwords, context: context),
                ]
                return parts
            }
        )
    }

    static func main() async {
        await Self.definition.main(openAPI: PackageResources.openapi_yaml)
    }
}
