internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Logging
internal import Postgres
internal import ServiceKit
internal import ServiceLifecycle

/// Appoints the first administrator, whom the environment names, when there is none.
struct AdminBootstrap: Service {
    let admin: UserSettings.Admin?
    let users: AggregateRepository<User>
    let passwords: PasswordHasher
    let context: ServiceContext

    func run() async throws {
        await cancelWhenGracefulShutdown {
            guard let admin = self.admin else { return }
            repeat {
                do {
                    try await self.appoint(admin)
                    return
                } catch {
                    self.context.logger.warning("no administrator yet", error: error)
                }
            } while (try? await Task.sleep(for: .seconds(5))) != nil
        }
    }

    private func appoint(_ admin: UserSettings.Admin) async throws {
        let exists = try await self.context.postgres.withSession { try PeopleQueries.hasAdmin(in: $0) }
        guard !exists else { return }
        let registration = Registration(
            fullName: try FullName("Administrator"),
            email: admin.email,
            password: try await self.passwords.hash(admin.password)
        )
        let metadata = EventMetadata(correlationID: "admin-bootstrap-\(UUID.version7().lowercased)")
        try await self.context.log.transaction(metadata) { work in
            // Two instances may start together; the second finds the first one's administrator.
            work.session.enqueue("SELECT pg_advisory_xact_lock(hashtextextended('first administrator', 0))")
            guard try !PeopleQueries.hasAdmin(in: work.session) else { return }
            try self.users.handle(.appointAdmin(registration), on: .version7(at: work.now), in: work)
        }
        self.context.logger.info("the first administrator was appointed")
    }
}
