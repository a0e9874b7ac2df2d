internal import Synchronization

/// Looks at a socket guard from a second thread.
///
/// A thread, not a task of the cooperative pool: it has to work precisely when everything else is stuck.
final class Watchdog: Sendable {
    private let socketGuard: SocketGuard
    private let interval: Duration
    private let isStopped = Atomic(false)
    private let wakeUp = WakeUp()

    init(_ socketGuard: SocketGuard, interval: Duration) {
        self.socketGuard = socketGuard
        self.interval = interval
    }

    /// Blocks until `stop`.
    func run() {
        while !self.isStopped.load(ordering: .acquiring) {
            self.wakeUp.wait(timeout: self.interval)
            self.socketGuard.shutDownIfOverdue()
        }
    }

    func stop() {
        self.isStopped.store(true, ordering: .releasing)
        self.wakeUp.ring()
    }
}
