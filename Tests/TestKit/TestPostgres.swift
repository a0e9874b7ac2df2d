public import FoundationEssentials
internal import Logging
public import Postgres

/// Databases for tests: each is new, and gone afterwards, so that all tests run side by side on one server.
public enum TestPostgres {
    /// Lends a new database to `body`.
    ///
    /// - Parameters:
    ///   - template: The database to copy, for example one with all migrations applied; `nil` for an empty one.
    ///   - body: Gets the database's URL.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``TestServers/Unavailable`` without a local server.
    public static func withDatabase<R: Sendable>(
        template: String? = nil,
        _ body: @Sendable (URL) async throws -> R
    ) async throws -> R {
        let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
        try await self.create(name, template: template)
        let result: Result<R, any Error>
        do {
            result = .success(try await body(try self.url(database: name)))
        } catch {
            result = .failure(error)
        }
        try await self.drop(name)
        return try result.get()
    }

    /// Lends a client of a new database to `body`.
    ///
    /// - Parameters:
    ///   - template: The database to copy; `nil` for an empty one.
    ///   - configure: Changes the client's configuration.
    ///   - body: Gets the client.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; ``TestServers/Unavailable`` without a local server.
    public static func withClient<R: Sendable>(
        template: String? = nil,
        configure: @Sendable (inout PostgresConfiguration) -> Void = { _ in },
        _ body: @Sendable (PostgresClient) async throws -> R
    ) async throws -> R {
        try await self.withDatabase(template: template) { url in
            let client = try self.client(url, configure: configure)
            defer { client.close() }
            return try await body(client)
        }
    }

    /// Makes a client of any local database.
    ///
    /// - Parameters:
    ///   - url: The database.
    ///   - configure: Changes the configuration.
    /// - Returns: The client; close it when done.
    /// - Throws: `PostgresError` if the URL makes no sense.
    public static func client(
        _ url: URL,
        configure: (inout PostgresConfiguration) -> Void = { _ in }
    ) throws -> PostgresClient {
        var configuration = try PostgresConfiguration(url: url.absoluteString, applicationName: "tests")
        configure(&configuration)
        return PostgresClient(
            configuration: configuration,
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Creates a database that outlives the caller, to be used as a template.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - template: The database to copy; `nil` for an empty one.
    /// - Throws: `PostgresError`.
    public static func create(_ name: String, template: String? = nil) async throws {
        try await self.administer { session in
            try session.execute("CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: template ?? "template0")")
        }
    }

    /// Drops a database together with the connections to it.
    ///
    /// - Parameter name: Its name.
    /// - Throws: `PostgresError`.
    public static func drop(_ name: String) async throws {
        try await self.administer { session in
            try session.execute("DROP DATABASE IF EXISTS \(identifier: name) WITH (FORCE)")
        }
    }

    /// The URL of a database on the test server.
    ///
    /// - Parameter database: Its name.
    /// - Returns: The URL.
    /// - Throws: ``TestServers/Unavailable`` without a local server.
    public static func url(database: String) throws -> URL {
        try TestServers.url("TEST_POSTGRES_URL").deletingLastPathComponent().appending(path: database)
    }

    /// How many connections to a database are open.
    static func connections(to name: String) async throws -> Int {
        try await self.administer { session in
            try session.query("SELECT FROM pg_stat_activity WHERE datname = \(name)").count
        }
    }

    /// The databases whose name begins in this way.
    static func databases(withPrefix prefix: String) async throws -> [String] {
        try await self.administer { session in
            try session.query("SELECT datname FROM pg_database WHERE starts_with(datname, \(prefix))")
                .map { try $0.decode(0) }
        }
    }

    @discardableResult
    private static func administer<R: Sendable>(_ body: @Sendable (PostgresSession) throws -> R) async throws -> R {
        let client = try self.client(try TestServers.url("TEST_POSTGRES_URL")) {
            $0.poolSize = 1
            // Copying a template waits for the disk.
            $0.statementTimeout = .seconds(60)
        }
        defer { client.close() }
        return try await client.withSession(body)
    }
}
