import Logging
import Redis

extension Platform {
    /// Sends commands to Redis.
    nonisolated func tellRedis(_ commands: [String]...) async throws {
        let redis = RedisClient(
            configuration: try RedisConfiguration(url: "redis://127.0.0.1:\(self.port(.redis))"),
            logger: Logger(label: "redis") { _ in SwiftLogNoOpLogHandler() }
        )
        for command in commands {
            _ = try await redis.send(RedisCommand(command[0], Array(command.dropFirst()))).get()
        }
        await redis.close()
    }
}
