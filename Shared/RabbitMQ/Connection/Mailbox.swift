internal import Synchronization

/// What other threads ask a connection's thread to do.
///
/// Posting wakes the thread at once.
final class Mailbox<Command: Sendable>: Sendable {
    private struct State {
        var commands: [Command] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    let wakeUp = WakeUp()

    /// Leaves a command; `false` if nobody will ever take it.
    @discardableResult
    func post(_ command: Command) -> Bool {
        let (wasAccepted, mustRing) = self.state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.commands.append(command)
            // Whoever came first has rung, and the thread takes everything at once.
            return (true, state.commands.count == 1)
        }
        if mustRing { self.wakeUp.ring() }
        return wasAccepted
    }

    func takeAll() -> [Command] {
        self.state.withLock { state in
            guard !state.commands.isEmpty else { return [] }
            defer { state.commands = [] }
            return state.commands
        }
    }

    /// Refuses further commands and hands out those that came before.
    func close() -> [Command] {
        self.state.withLock { state in
            state.isClosed = true
            defer { state.commands = [] }
            return state.commands
        }
    }
}
