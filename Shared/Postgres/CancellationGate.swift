internal import Synchronization

/// Decides whether a cancelled task still has a statement to interrupt.
///
/// A loan is opened when a connection is lent and closed when it is given back. A cancellation is only sent for the open loan,
/// and a loan that was cancelled ends with the connection closed, so a late request can never hit the next borrower.
final class CancellationGate: Sendable {
    private struct State {
        var loan: UInt64 = 0
        var isOpen = false
        var isCancelled = false
    }

    private let cancellation: PostgresCancellation?
    private let state = Mutex(State())

    init(_ cancellation: PostgresCancellation?) {
        self.cancellation = cancellation
    }

    /// Starts a loan; the number is what ``cancel(loan:)`` wants.
    func open() -> UInt64 {
        self.state.withLock { state in
            state = State(loan: state.loan + 1, isOpen: true)
            return state.loan
        }
    }

    /// Ends the loan; whether it was cancelled.
    func close() -> Bool {
        self.state.withLock { state in
            state.isOpen = false
            return state.isCancelled
        }
    }

    /// Whether the current loan was cancelled.
    var isCancelled: Bool {
        self.state.withLock { $0.isCancelled }
    }

    /// What an interrupted statement reports is not a time-out if it was us who interrupted it.
    func translate(_ error: PostgresError) -> PostgresError {
        guard error.code == .timeout, self.isCancelled else { return error }
        return PostgresError(.cancelled, "the task was cancelled", sqlState: error.sqlState, sql: error.sql)
    }

    /// Interrupts what the loan is doing, unless it has ended.
    func cancel(loan: UInt64) {
        let isFirst = self.state.withLock { state in
            guard state.isOpen, state.loan == loan, !state.isCancelled else { return false }
            state.isCancelled = true
            return true
        }
        guard isFirst, let cancellation else { return }
        Task {
            // A request that overtakes its statement is ignored by the server, hence again until the loan is over.
            while self.isOpen(loan: loan) {
                await PostgresCanceller.shared.send(cancellation) { self.isOpen(loan: loan) }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private func isOpen(loan: UInt64) -> Bool {
        self.state.withLock { $0.isOpen && $0.loan == loan }
    }
}
