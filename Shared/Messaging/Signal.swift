internal import Synchronization

/// Wakes one waiting task.
///
/// A call that finds nobody waiting is remembered, so no wake-up is lost between two looks.
public final class Signal: Sendable {
    private struct State {
        var isSet = false
        var waits = 0
        var waiter: (wait: Int, continuation: CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    /// A signal that is not set.
    public init() {}

    /// Wakes the waiting task, or lets the next wait return at once.
    public func set() {
        self.state.withLock { state in
            guard let waiter = state.waiter else {
                state.isSet = true
                return
            }
            state.waiter = nil
            waiter.continuation.resume()
        }
    }

    /// Waits for ``set()``, but no longer than `limit`, and not when the task is cancelled.
    ///
    /// One task at a time.
    func wait(upTo limit: Duration) async {
        let wait = self.state.withLock { state in
            state.waits += 1
            return state.waits
        }
        await withTaskGroup { group in
            group.addTask {
                // Cancelled or not: either way the wait is over.
                try? await Task.sleep(for: limit)
                self.end(wait)
            }
            await withTaskCancellationHandler {
                await withCheckedContinuation { self.begin(wait, $0) }
            } onCancel: {
                self.end(wait)
            }
            group.cancelAll()
        }
    }

    private func begin(_ wait: Int, _ continuation: CheckedContinuation<Void, Never>) {
        self.state.withLock { state in
            if state.isSet || Task.isCancelled {
                state.isSet = false
                continuation.resume()
            } else {
                state.waiter = (wait, continuation)
            }
        }
    }

    private func end(_ wait: Int) {
        self.state.withLock { state in
            guard let waiter = state.waiter, waiter.wait == wait else { return }
            state.waiter = nil
            waiter.continuation.resume()
        }
    }
}
