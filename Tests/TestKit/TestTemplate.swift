public import FoundationEssentials
public import Postgres

/// A database that is prepared once per test run, to be copied for every test: copying is faster than migrating.
///
/// ```swift
/// private static let template = TestTemplate { try await Migrator(schema: "lesson", client: $0).migrate(…) }
///
/// @Test func … { try await Self.template.withClient { client in … } }
/// ```
public actor TestTemplate {
    private let prepare: @Sendable (PostgresClient) async throws -> Void
    private var preparation: Task<String, any Error>?

    /// Creates a template; nothing happens before it is used.
    ///
    /// - Parameter prepare: Fills the empty database.
    public init(prepare: @escaping @Sendable (PostgresClient) async throws -> Void) {
        self.prepare = prepare
    }

    /// Lends a client of a copy to `body`.
    ///
    /// - Parameters:
    ///   - configure: Changes the client's configuration.
    ///   - body: Gets the client.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``TestServers/Unavailable`` without a local server.
    public nonisolated func withClient<R: Sendable>(
        configure: @Sendable (inout PostgresConfiguration) -> Void = { _ in },
        _ body: @Sendable (PostgresClient) async throws -> R
    ) async throws -> R {
        try await TestPostgres.withClient(template: try await self.name, configure: configure, body)
    }

    /// Lends a copy to `body`.
    ///
    /// - Parameter body: Gets the copy's URL.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``TestServers/Unavailable`` without a local server.
    public nonisolated func withDatabase<R: Sendable>(
        _ body: @Sendable (URL) async throws -> R
    ) async throws -> R {
        try await TestPostgres.withDatabase(template: try await self.name, body)
    }

    private var name: String {
        get async throws {
            let preparation = self.preparation ?? Task { try await self.make() }
            self.preparation = preparation
            return try await preparation.value
        }
    }

    private func make() async throws -> String {
        try await self.dropForgotten()
        let random = UUID().uuidString.lowercased().replacing("-", with: "")
        let name = "template_\(ProcessInfo.processInfo.processIdentifier)_\(random)"
        try await TestPostgres.create(name)
        let client = try TestPostgres.client(try TestPostgres.url(database: name))
        try await self.prepare(client)
        client.close()
        // A database that somebody is connected to can not be copied, and a connection needs a moment to end.
        try await eventually("nobody is connected to \(name)") {
            try await TestPostgres.connections(to: name) == 0
        }
        return name
    }

    /// Templates live as long as their process; those of earlier runs have nobody else to drop them.
    private func dropForgotten() async throws {
        for name in try await TestPostgres.databases(withPrefix: "template_") {
            guard let process = name.split(separator: "_").dropFirst().first else { continue }
            if process.allSatisfy(\.isNumber), !FileManager.default.fileExists(atPath: "/proc/\(process)") {
                try await TestPostgres.drop(name)
            }
        }
    }
}
