import Foundation
import Logging
import Redis
import TestKit

/// A client of the server that all tests share, and keys of one test's own.
struct SharedRedis {
    let client: RedisClient
    private let prefix = UUID().uuidString

    /// Connects to the shared server; the closure says what the test wants otherwise than usual.
    init(_ change: (inout RedisConfiguration) -> Void = { _ in }) throws {
        var configuration = try RedisConfiguration(url: TestServers.url("TEST_REDIS_URL").absoluteString)
        configuration.takeTime()
        change(&configuration)
        self.client = RedisClient(configuration: configuration, logger: .silent)
    }

    func key(_ name: String) -> String {
        "\(self.prefix):\(name)"
    }
}

extension PrivateServer {
    /// A client with the usual budgets, but for what the test changes.
    nonisolated func client(_ change: (inout RedisConfiguration) -> Void = { _ in }) -> RedisClient {
        var configuration = RedisConfiguration(host: "127.0.0.1", port: self.port)
        change(&configuration)
        return RedisClient(configuration: configuration, logger: .silent)
    }

    /// A client that has time, for everything that is not about time.
    nonisolated func patientClient(_ change: (inout RedisConfiguration) -> Void = { _ in }) -> RedisClient {
        self.client { configuration in
            configuration.takeTime()
            change(&configuration)
        }
    }
}

extension RedisConfiguration {
    /// Budgets with which a busy machine does not matter.
    fileprivate mutating func takeTime() {
        self.connectTimeout = .seconds(10)
        self.commandTimeout = .seconds(10)
    }
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
