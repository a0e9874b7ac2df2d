internal import EventSourcing
internal import FoundationEssentials
internal import Logging
internal import Postgres
public import ServiceKit
internal import TestKit
public import Testing

/// Gives every test of a suite a fresh database with all migrations of a service; they run once per suite.
public struct ServiceTemplate: SuiteTrait, TestScoping {
    @TaskLocal static var current: String?

    let migrate: @Sendable (String) async throws -> Void

    /// Runs the suite with the template at hand.
    public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let name = "template_\(UUID.version7().lowercased.replacing("-", with: ""))"
        try await TestPostgres.create(name)
        let result: Result<Void, any Error>
        do {
            try await self.migrate(name)
            result = .success(try await Self.$current.withValue(name, operation: function))
        } catch {
            result = .failure(error)
        }
        try await TestPostgres.drop(name)
        try result.get()
    }
}

extension SuiteTrait where Self == ServiceTemplate {
    /// Tests of this service.
    public static func service<Settings>(_ definition: ServiceDefinition<Settings>) -> ServiceTemplate {
        ServiceTemplate { database in
            let client = try TestPostgres.client(try TestPostgres.url(database: database)) {
                $0.schema = definition.schema
                $0.poolSize = 1
            }
            defer { client.close() }
            try await Migrator(schema: definition.schema, client: client).migrate(definition.allMigrations)
        }
    }
}
