internal import FoundationEssentials
internal import Logging
internal import NIOCore
internal import ServiceKit
internal import ServiceLifecycle
internal import Synchronization

/// The sessions that have ended while access tokens of theirs may still be valid: fetched from the user service every two
/// seconds and kept in memory, so that to ask costs nothing and does not depend on Redis.
///
/// Nobody can end a session while no user service runs, so what was fetched last holds then. What can not be fetched for a
/// minute may hide something: from then on ``isCurrent`` is false, and administrators are refused.
final class EndedSessions: Service {
    static let interval = Duration.seconds(2)
    static let patience = TimeAmount.seconds(60)
    /// What was committed a moment before the last answer, but not seen by it, is seen by the next.
    private static let overlap: TimeInterval = 60

    private struct State {
        var sessions: [UUID: Date] = [:]
        var fetchedAt: NIODeadline?
        var since: Date?
    }

    private let fetch: @Sendable (Date) async throws -> EndedSessionsPage
    private let logger: Logger
    private let interval: Duration
    private let state = Mutex(State())
    private let listeners = Mutex<[@Sendable (Set<UUID>) -> Void]>([])

    /// - Parameter fetch: Gets what has ended since then.
    init(
        interval: Duration = EndedSessions.interval,
        logger: Logger,
        fetch: @escaping @Sendable (Date) async throws -> EndedSessionsPage
    ) {
        self.interval = interval
        self.logger = logger
        self.fetch = fetch
    }

    func contains(_ session: UUID) -> Bool { self.state.withLock { $0.sessions[session] != nil } }

    /// Whether it was fetched in the last minute.
    func isCurrent(at now: NIODeadline) -> Bool {
        self.state.withLock { $0.fetchedAt.map { now - $0 < Self.patience } ?? false }
    }

    /// Has somebody told which sessions have ended, as soon as that is known.
    func tell(_ listener: @escaping @Sendable (Set<UUID>) -> Void) {
        self.listeners.withLock { $0.append(listener) }
    }

    func run() async {
        await cancelWhenGracefulShutdown {
            var failures = 0
            while !Task.isCancelled {
                do {
                    try await self.update()
                    failures = 0
                } catch {
                    failures += 1
                    // Once per outage.
                    if failures == 3 { self.logger.warning("ended sessions are not known: \(error)") }
                }
                do {
                    try await Task.sleep(for: self.interval * Double.random(in: 0.8...1.2))
                } catch {
                    return
                }
            }
        }
    }

    private func update() async throws {
        let longest = AccessToken.maximumLifetime + AccessToken.leeway
        let since = self.state.withLock { $0.since } ?? Date(timeIntervalSinceNow: -longest - Self.overlap)
        let page = try await self.fetch(since)
        let news = self.state.withLock { state in
            let known = Set(state.sessions.keys)
            for session in page.sessions { state.sessions[session.id] = session.endedAt }
            // By the clock of the user service: its times are compared with its times only.
            state.sessions = state.sessions.filter { page.asOf.timeIntervalSince($0.value) < longest + Self.overlap }
            state.since = page.asOf.addingTimeInterval(-Self.overlap)
            state.fetchedAt = .now()
            return Set(state.sessions.keys).subtracting(known)
        }
        guard !news.isEmpty else { return }
        for listener in self.listeners.withLock({ $0 }) { listener(news) }
    }
}
