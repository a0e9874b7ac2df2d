internal import AsyncHTTPClient
internal import FoundationEssentials
public import Logging
internal import NIOCore
internal import NIOHTTP1
public import ServiceLifecycle
internal import Synchronization

/// The public keys of the user service, fetched over HTTP and kept.
///
/// The keys are renewed every five minutes while it runs, and when a token names a key that is not known: then at most
/// once in thirty seconds however many such tokens arrive, so a flood of forged tokens is no flood of fetches. When
/// fetching fails the last good keys stay in force.
public final class RemoteKeySet: VerificationKeys, Service {
    /// How long keys are used before they are fetched again.
    static let renewal = Duration.seconds(300)
    /// How long an unknown key must wait after the last fetch.
    static let patience = Duration.seconds(30)

    private struct State {
        var keys: [String: JSONWebKey] = [:]
        var lastAttempt: ContinuousClock.Instant?
        var fetching: Task<Void, Never>?
    }

    private let fetch: @Sendable () async throws -> JSONWebKeySet
    private let now: @Sendable () -> ContinuousClock.Instant
    private let logger: Logger
    private let state = Mutex(State())

    /// Keys from anywhere.
    ///
    /// - Parameters:
    ///   - logger: Told about fetches that fail.
    ///   - now: Replaced by tests.
    ///   - fetch: Gets the whole set.
    public init(
        logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        fetch: @escaping @Sendable () async throws -> JSONWebKeySet
    ) {
        self.logger = logger
        self.now = now
        self.fetch = fetch
    }

    /// Keys from a URL.
    ///
    /// - Parameter url: Where the user service publishes them; from the configuration, never from a token.
    public convenience init(url: String, logger: Logger) {
        self.init(logger: logger) {
            let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(3))
            guard response.status == .ok else { throw RemoteKeySetError(status: Int(response.status.code)) }
            let body = try await response.body.collect(upTo: 64 * 1024)
            return try JSONDecoder().decode(JSONWebKeySet.self, from: Data(body.readableBytesView))
        }
    }

    /// Whether any keys have been fetched; until then no token can be told from another.
    public var hasKeys: Bool { self.state.withLock { !$0.keys.isEmpty } }

    /// The key of that name; an unknown one may cause a fetch.
    public func key(named id: String) async -> JSONWebKey? {
        if let key = self.state.withLock({ $0.keys[id] }) { return key }
        guard let fetching = self.beginFetch(patience: Self.patience) else { return nil }
        await fetching.value
        return self.state.withLock { $0.keys[id] }
    }

    /// Fetches the keys now.
    public func renew() async {
        await self.beginFetch(patience: .zero)?.value
    }

    /// Renews the keys until the process shuts down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.renew()
                // Without any key nobody can be served: ask again soon.
                try? await Task.sleep(for: self.hasKeys ? Self.renewal : .seconds(1))
            }
        }
    }

    /// The fetch that is under way, or a new one; `nil` when the last one is too recent.
    ///
    /// The task is not a child of the caller: many callers wait for one fetch, and it must outlive any of them.
    private func beginFetch(patience: Duration) -> Task<Void, Never>? {
        let now = self.now()
        return self.state.withLock { state in
            if let fetching = state.fetching { return fetching }
            if let last = state.lastAttempt, now - last < patience { return nil }
            state.lastAttempt = now
            let fetching = Task { await self.fetchOnce() }
            state.fetching = fetching
            return fetching
        }
    }

    private func fetchOnce() async {
        do {
            let keys = try await self.fetch().keys.filter { $0.publicKey != nil }
            guard !keys.isEmpty else { throw RemoteKeySetError(status: 200) }
            self.state.withLock { state in
                state.keys = Dictionary(keys.map { ($0.kid, $0) }) { first, _ in first }
                state.fetching = nil
            }
        } catch {
            self.state.withLock { $0.fetching = nil }
            self.logger.warning("public keys not fetched; the last good ones stay in force", error: error)
        }
    }
}

/// The user service did not answer with a set of usable keys.
struct RemoteKeySetError: Error, CustomStringConvertible {
    let status: Int

    var description: String { "the answer (status \(self.status)) holds no usable key" }
}
