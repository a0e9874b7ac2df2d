internal import Synchronization

/// Wakes one waiting task.
///
/// A call that finds nobody waiting is remembered, so no wake-up is lost between two looks.
public final class Signal: Sendable {
    private struct State {
        var isSet = false
        /// The number of the latest wait, and of the latest one that is over without a wake-up.
        var waits = 0
        var over = 0
        var waiter: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())

    /// A signal that is not set.
    public init() {}

    /// Wakes the waiting task, or lets the next wait return at once.
    public func set() {
        self.state.withLock { state in
            if let waiter = state.waiter.take() {
                waiter.resume(returning: true)
            } else {
                state.isSet = true
            }
        }
    }

    /// Waits for ``set()``, but no longer than `limit`, and not when the task is cancelled.
    ///
    /// One task at a time.
    ///
    /// - Returns: Whether it was set.
    @discardableResult
    func wait(upTo limit: Duration) async -> Bool {
        let wait = self.state.withLock { state in
            state.waits += 1
            return state.waits
        }
        return await withTaskGroup { group in
            group.addTask {
                // Cancelled or not: either way the wait is over.
                try? await Task.sleep(for: limit)
                self.end(wait)
            }
            defer { group.cancelAll() }
            return await withTaskCancellationHandler {
                await withCheckedContinuation { self.begin(wait, $0) }
            } onCancel: {
                self.end(wait)
            }
        }
    }

    private func begin(_ wait: Int, _ continuation: CheckedContinuation<Bool, Never>) {
        self.state.withLock { state in
            if state.isSet {
                state.isSet = false
                continuation.resume(returning: true)
            } else if state.over == wait {
                continuation.resume(returning: false)
            } else {
                state.waiter = continuation
            }
        }
    }

    /// Ends a wait, which may not even have begun.
    private func end(_ wait: Int) {
        self.state.withLock { state in
            guard state.waits == wait else { return }
            state.over = wait
            state.waiter.take()?.resume(returning: false)
        }
    }
}
