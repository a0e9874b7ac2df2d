internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Frees a thread that hangs in the library, by shutting the socket down from another thread.
///
/// `amqp_basic_publish` writes without a deadline: it hangs for ever when the broker stops reading, which every resource
/// alarm makes it do. The guard keeps a duplicate of the descriptor, because the library closes its own when it likes,
/// and its number may then belong to somebody else.
final class SocketGuard: Sendable {
    private struct State {
        var descriptor: Int32?
        var deadline: ContinuousClock.Instant?
        var hasShutDown = false
    }

    private let state = Mutex(State())

    /// Starts to look after a socket.
    func watch(_ descriptor: Int32) {
        let duplicate = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        self.state.withLock { $0 = State(descriptor: duplicate < 0 ? nil : duplicate) }
    }

    /// Ends looking after it.
    func release() {
        self.state.withLock { state in
            if let descriptor = state.descriptor { close(descriptor) }
            state.descriptor = nil
            state.deadline = nil
        }
    }

    /// Runs `call`; if it takes longer than `limit`, the socket is shut down, and the call fails.
    func guarding<Result>(for limit: Duration, _ call: () -> Result) -> Result {
        let deadline = ContinuousClock.now + limit
        self.state.withLock { $0.deadline = deadline }
        defer { self.state.withLock { $0.deadline = nil } }
        return call()
    }

    /// Whether the socket had to be shut down; says so once.
    func takeShutDown() -> Bool {
        self.state.withLock { state in
            defer { state.hasShutDown = false }
            return state.hasShutDown
        }
    }

    /// Called by the watchdog every now and then.
    func shutDownIfOverdue() {
        let now = ContinuousClock.now
        self.state.withLock { state in
            guard let descriptor = state.descriptor, let deadline = state.deadline, deadline < now else { return }
            state.hasShutDown = true
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
    }
}
