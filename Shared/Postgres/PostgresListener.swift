public import Logging
public import ServiceLifecycle

/// Hears what others `NOTIFY`, on a connection of its own that is opened again whenever it is lost.
///
/// Notifications are hints: those sent while nobody was listening are gone, and a reader that falls behind loses the oldest.
/// Therefore every (re)connection is announced with ``Event/listening``, the moment to look at the tables themselves.
public final class PostgresListener: Sendable, Service {
    /// What a listener hears.
    public enum Event: Sendable, Equatable {
        /// From now on notifications arrive; earlier ones may have been missed.
        case listening
        /// Somebody sent a notification.
        case notification(channel: String, payload: String)
    }

    /// What is heard while ``run()`` runs, for one reader; ends when the listener stops.
    public let events: AsyncStream<Event>

    private let channels: [String]
    private let configuration: PostgresConfiguration
    private let logger: Logger
    private let continuation: AsyncStream<Event>.Continuation

    /// How often the thread looks up from the socket to see whether it should stop.
    private static let slice: Duration = .milliseconds(250)
    /// The silence after which the server is asked whether it is still there.
    private static let silence: Duration = .seconds(30)

    /// Creates a listener; nothing happens before ``run()``.
    ///
    /// - Parameters:
    ///   - channels: The channels to listen to.
    ///   - configuration: Where the server is; the pool's limits do not matter.
    ///   - logger: Hears about lost connections.
    public init(channels: [String], configuration: PostgresConfiguration, logger: Logger) {
        self.channels = channels
        self.configuration = configuration
        self.logger = logger
        (self.events, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1_000))
    }

    /// Listens until graceful shutdown or cancellation.
    public func run() async {
        defer { self.continuation.finish() }
        await cancelWhenGracefulShutdown {
            var failures = 0
            while !Task.isCancelled {
                do {
                    let connection = try await PostgresConnection.open(self.configuration)
                    try await connection.listen(to: self.channels)
                    failures = 0
                    self.continuation.yield(.listening)
                    try await self.forward(from: connection)
                } catch {
                    failures += 1
                    self.logger.warning("postgres: listener lost its connection", metadata: ["error": "\(error)"])
                    await self.pause(afterFailures: failures)
                }
            }
        }
    }

    /// Returns when cancelled, throws when the connection is lost.
    private func forward(from connection: PostgresConnection) async throws {
        var lastSign = ContinuousClock.now
        while !Task.isCancelled {
            let notifications = try await connection.notifications(within: Self.slice)
            for notification in notifications {
                self.continuation.yield(
                    .notification(channel: notification.channel, payload: notification.payload)
                )
            }
            if !notifications.isEmpty { lastSign = .now }
            guard lastSign.duration(to: .now) > Self.silence else { continue }
            guard await connection.isAlive() else { throw PostgresError(.connectionLost, "no sign of life") }
            lastSign = .now
        }
    }

    /// Between half and all of 100 ms, 200 ms, … 5 s.
    private func pause(afterFailures failures: Int) async {
        let longest = min(5_000, 50 << min(failures, 7))
        do {
            try await Task.sleep(for: .milliseconds(Int.random(in: longest / 2...longest)))
        } catch {
            // Cancelled: the loop sees it.
        }
    }
}
