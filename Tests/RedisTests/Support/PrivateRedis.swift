import Foundation
import Redis
import Testing

/// A server of one test's own, to be stopped, killed and broken.
final class PrivateRedis: Sendable {
    let port: Int
    private let folder: URL

    /// Starts a server and hands it over; afterwards nothing of it is left.
    static func withServer<Result>(_ body: (PrivateRedis) async throws -> Result) async throws -> Result {
        let server = try PrivateRedis()
        defer { server.remove() }
        try await server.start()
        return try await body(server)
    }

    private init() throws {
        self.port = try freePort()
        self.folder = URL(filePath: "/tmp/redis-test-\(UUID().uuidString)")
    }

    /// A client with the usual budgets, but for what the test changes.
    func client(_ change: (inout RedisConfiguration) -> Void = { _ in }) -> RedisClient {
        var configuration = RedisConfiguration(host: "127.0.0.1", port: self.port)
        change(&configuration)
        return RedisClient(configuration: configuration, logger: .silent)
    }

    /// A client that has time, for everything that is not about time.
    func patientClient(_ change: (inout RedisConfiguration) -> Void = { _ in }) -> RedisClient {
        self.client { configuration in
            configuration.connectTimeout = .seconds(10)
            configuration.commandTimeout = .seconds(10)
            change(&configuration)
        }
    }

    /// Starts the server and waits until it answers.
    func start() async throws {
        let process = Process()
        process.executableURL =
            URL(filePath: #filePath)
            .appending(path: "../../../../deploy/local/server").standardizedFileURL
        process.arguments = ["run", "redis", "--data", self.folder.path, "--port", String(self.port), "--test"]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let client = self.patientClient()
        try await eventually {
            do {
                try await client.ping()
                return try self.process != nil
            } catch is RedisError {
                return false
            }
        }
    }

    /// Sends a signal to the server itself.
    func signal(_ number: Int32) throws {
        if let process = try self.process { kill(process, number) }
    }

    /// The server's process, or `nil` when none runs.
    private var process: Int32? {
        get throws {
            let file = self.folder.appending(path: "redis.pid")
            guard FileManager.default.fileExists(atPath: file.path) else { return nil }
            let text = try String(contentsOf: file, encoding: .utf8)
            return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    /// Kills the server and waits until its port is closed.
    func crash() async throws {
        try self.signal(SIGKILL)
        let client = self.client { $0.connections = 1 }
        try await eventually {
            do {
                try await client.ping()
                return false
            } catch let error as RedisError {
                return error.code != .timedOut
            }
        }
    }

    private func remove() {
        do {
            try self.signal(SIGKILL)
            try FileManager.default.removeItem(at: self.folder)
        } catch {
            Issue.record(error, "a private Redis was left behind")
        }
    }
}
