import Dispatch
import Synchronization

/// Holds whoever comes until it is opened.
final class Gate: Sendable {
    private let group = DispatchGroup()
    private let isClosed = Atomic(true)

    init() {
        self.group.enter()
    }

    /// Opens it, once and for all.
    func open() {
        if self.isClosed.exchange(false, ordering: .sequentiallyConsistent) { self.group.leave() }
    }

    var isOpen: Bool { self.group.wait(timeout: .now()) == .success }

    /// Waits on a thread that may be blocked, such as a connection's.
    func waitHere() {
        self.group.wait()
    }

    /// Waits without blocking a thread.
    func pass() async {
        await withCheckedContinuation { continuation in
            self.group.notify(queue: .global()) { continuation.resume() }
        }
    }
}

/// Counts.
final class Tally: Sendable {
    private let value = Atomic(0)

    var count: Int { self.value.load(ordering: .sequentiallyConsistent) }

    func add() {
        self.value.add(1, ordering: .sequentiallyConsistent)
    }
}
