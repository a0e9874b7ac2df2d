public import Logging
public import ServiceLifecycle
internal import Synchronization

/// Publishes messages on a connection of its own, and says of each what became of it.
///
/// Messages are persistent and confirmed. Up to `window` messages are on their way at the same time, however many callers
/// they come from; the messages of one call, and calls one after the other, are published in order. After a lost
/// connection it connects again by itself, but it never repeats a message: everything without an answer is reported to
/// its caller, who sends it again.
///
/// ``run()`` must be running, or nobody is ever answered.
public final class RabbitMQPublisher: Service {
    private let configuration: RabbitMQConfiguration
    private let topology: Topology
    private let window: Int
    private let logger: Logger
    private let mailbox = Mailbox<PublisherRole.Command>()
    private let shared = Shared(PublisherState())
    private let lastID = Atomic<UInt64>(0)

    /// Prepares a publisher; nothing happens before ``run()``.
    ///
    /// - Parameters:
    ///   - configuration: The broker.
    ///   - topology: What is declared at every connect, so that the exchanges exist.
    ///   - window: How many messages may wait for their confirm.
    ///   - logger: Where lost connections and alarms are reported.
    public init(
        configuration: RabbitMQConfiguration,
        topology: Topology = Topology(),
        window: Int = 512,
        logger: Logger
    ) {
        self.configuration = configuration
        self.topology = topology
        self.window = window
        self.logger = logger
    }

    /// What the publisher is doing.
    public var state: PublisherState { self.shared.value }

    /// Publishes the messages, in order, and waits until the fate of each is known.
    ///
    /// Cancelling the task ends the waiting, not the publishing.
    ///
    /// - Parameter messages: Any number; more than the window takes are sent as confirms come in.
    /// - Returns: One outcome for each message.
    /// - Throws: `RabbitMQError`. `invalidMessage` before anything was sent; `closed` after the shutdown; otherwise the
    ///   connection was lost, or the time limit passed, and each message may or may not have arrived: send them again.
    public func publish(_ messages: [OutboundMessage]) async throws -> [PublishOutcome] {
        guard !messages.isEmpty else { return [] }
        for message in messages { try message.validate() }
        let id = self.lastID.add(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                let request = PublishRequest(
                    id: id,
                    messages: messages,
                    deadline: .now + self.configuration.publishTimeout,
                    continuation: continuation
                )
                guard self.mailbox.post(.publish(request)) else {
                    continuation.resume(throwing: RabbitMQError(.closed, "the publisher was shut down"))
                    return
                }
            }
        } onCancel: {
            self.mailbox.post(.cancel(id: id))
        }
    }

    /// Answers those who wait, then ends ``run()``.
    func shutDown() {
        self.mailbox.post(.shutDown)
    }

    /// Keeps the connection until the service group shuts down, or the task is cancelled.
    ///
    /// A graceful shutdown answers those who wait first. It may run once.
    public func run() async throws {
        try self.configuration.validate()
        let (topology, window, shared, logger) = (self.topology, self.window, self.shared, self.logger)
        await runConnection(self.configuration, mailbox: self.mailbox, logger: logger) {
            PublisherRole(topology: topology, window: window, shared: shared, logger: logger)
        } onGracefulShutdown: {
            self.shutDown()
        } onCancel: {
            self.mailbox.post(.abandon)
        }
    }
}
