import Foundation
import Logging
import Redis

/// The server that all tests share, each with keys of its own.
struct SharedRedis {
    let client: RedisClient
    let prefix = UUID().uuidString

    /// A client of the test's own; the closure says what the test wants otherwise than usual.
    init(_ change: (inout RedisConfiguration) -> Void = { _ in }) throws {
        guard let url = ProcessInfo.processInfo.environment["TEST_REDIS_URL"] else {
            throw MissingServer(description: "set TEST_REDIS_URL to the URL of a Redis server, or run make test")
        }
        var configuration = try RedisConfiguration(url: url)
        // Budgets are the subject of FaultTests; here a busy machine must not matter.
        configuration.connectTimeout = .seconds(10)
        configuration.commandTimeout = .seconds(10)
        change(&configuration)
        self.client = RedisClient(configuration: configuration, logger: .silent)
    }

    func key(_ name: String) -> String {
        "\(self.prefix):\(name)"
    }
}

struct MissingServer: Error, CustomStringConvertible {
    let description: String
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
