internal import Synchronization

/// A connection that is being made, on a thread of its own.
///
/// To look a name up may take tens of seconds, and nothing can interrupt it. Meanwhile the connection's thread must go on
/// listening: deadlines pass, callers lose interest, the process stops. Then the attempt is left alone, and what comes of
/// it is closed by itself.
final class ConnectionAttempt<Greeting: Sendable>: Sendable {
    /// What became of an attempt.
    enum Outcome: ~Copyable {
        case connected(ConnectionHandle, Greeting)
        case failed(RabbitMQError)
    }

    /// Handed over once: written by the connecting thread before ``isDone`` is set, taken by the other after it was seen.
    private nonisolated(unsafe) var outcome: Outcome?
    private let isDone = Atomic(false)

    /// Starts connecting.
    ///
    /// - Parameters:
    ///   - greet: What is said first on the new connection.
    ///   - wakeUp: Rings when there is an outcome.
    init(
        _ configuration: RabbitMQConfiguration,
        socketGuard: SocketGuard,
        greet: @escaping @Sendable (inout ConnectionHandle) throws(RabbitMQError) -> Greeting,
        wakeUp: WakeUp
    ) {
        let thread = ConnectionThread(name: "amqp-connect")
        Task {
            await thread.run {
                self.outcome = Self.outcome(configuration, socketGuard, greet)
                self.isDone.store(true, ordering: .releasing)
                wakeUp.ring()
            }
        }
    }

    /// The outcome, once; `nil` as long as there is none.
    func take() -> Outcome? {
        guard self.isDone.exchange(false, ordering: .acquiring) else { return nil }
        return self.outcome.take()
    }

    private static func outcome(
        _ configuration: RabbitMQConfiguration,
        _ socketGuard: SocketGuard,
        _ greet: (inout ConnectionHandle) throws(RabbitMQError) -> Greeting
    ) -> Outcome {
        do throws(RabbitMQError) {
            var connection = try ConnectionHandle.open(configuration, socketGuard: socketGuard)
            let greeting = try greet(&connection)
            return .connected(connection, greeting)
        } catch {
            return .failed(error)
        }
    }
}
