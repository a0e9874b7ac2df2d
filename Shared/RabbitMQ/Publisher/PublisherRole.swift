internal import DequeModule
internal import Logging

/// The publishing side of a connection: those who wait, and a window of unconfirmed messages.
struct PublisherRole: ConnectionRole {
    enum Command: Sendable {
        case publish(PublishRequest)
        case cancel(id: UInt64)
        case shutDown
        case abandon
    }

    /// A message in the window.
    private struct Ticket {
        let submission: Submission
        let index: Int
    }

    private let topology: Topology
    private let shared: Shared<PublisherState>
    private let logger: Logger
    private var state = PublisherState()
    /// Everybody who waits, oldest first.
    ///
    /// All have the same time limit, so the first is the next to run out of time.
    private var waiting: Deque<Submission> = []
    /// Those of them that are not completely written; only the first may be half-way.
    private var unsent: Deque<Submission> = []
    private var window: ConfirmWindow<Ticket>
    private var failure: RabbitMQError?
    private var isShuttingDown = false
    private(set) var isAbandoned = false
    private(set) var waitsForRoom = false

    init(topology: Topology, window: Int, shared: Shared<PublisherState>, logger: Logger) {
        self.topology = topology
        self.window = ConfirmWindow(capacity: window)
        self.shared = shared
        self.logger = logger
    }

    /// A shutdown waits for those who wait, but not for a broker that is away.
    var isFinished: Bool {
        self.isAbandoned || (self.isShuttingDown && (self.waiting.isEmpty || !self.state.isConnected))
    }

    var nextDeadline: ContinuousClock.Instant? { self.waiting.first?.deadline }

    var greeting: @Sendable (inout ConnectionHandle) throws(RabbitMQError) -> Void {
        { [topology] connection throws(RabbitMQError) in
            try connection.declare(topology)
            try connection.selectConfirms()
        }
    }

    mutating func connected(_ greeting: Void) {
        self.state.isConnected = true
        self.state.lastError = nil
        self.share()
    }

    mutating func receive(_ command: Command) {
        switch command {
        case .publish(let request):
            let submission = Submission(request)
            self.waiting.append(submission)
            self.unsent.append(submission)
        case .cancel(let id):
            self.waiting.first { $0.id == id }?.fail(CancellationError())
        case .shutDown:
            self.isShuttingDown = true
        case .abandon:
            self.isAbandoned = true
        }
    }

    mutating func receive(_ event: IncomingEvent) throws(RabbitMQError) {
        switch event {
        case .confirmed(let tag, let multiple):
            for ticket in self.window.settle(tag, multiple: multiple) {
                ticket.submission.settle(ticket.index, as: .confirmed)
            }
        case .nacked(let tag, let multiple):
            for ticket in self.window.settle(tag, multiple: multiple) {
                ticket.submission.settle(ticket.index, as: .nacked)
            }
        case .returned(let message):
            self.noteReturn(message)
        case .blocked(let reason):
            self.state.blockedReason = reason
            self.logger.warning("RabbitMQ takes no messages", metadata: ["reason": "\(reason)"])
        case .unblocked:
            self.state.blockedReason = nil
            self.logger.info("RabbitMQ takes messages again")
        case .delivery, .consumerCancelled:
            break
        }
    }

    mutating func advance(_ connection: inout ConnectionHandle) throws(RabbitMQError) {
        if let failure {
            self.failure = nil
            throw failure
        }
        self.waitsForRoom = false
        while let submission = self.unsent.first {
            if submission.isSent || submission.isAnswered {
                self.unsent.removeFirst()
                continue
            }
            guard self.state.blockedReason == nil, !self.window.isFull else { break }
            guard connection.isWritable else {
                self.waitsForRoom = true
                break
            }
            let index = submission.takeNext()
            try connection.publish(submission.messages[index])
            self.window.append(Ticket(submission: submission, index: index))
        }
        self.share()
    }

    mutating func leave(_ connection: inout ConnectionHandle) {}

    mutating func advance(to now: ContinuousClock.Instant) {
        while let submission = self.waiting.first {
            if !submission.isAnswered {
                guard submission.deadline <= now else { break }
                self.noteTimeout(of: submission)
            }
            self.waiting.removeFirst()
        }
        while self.unsent.first?.isAnswered == true { self.unsent.removeFirst() }
        self.state.lastTurn = now
        if !self.state.isConnected { self.share() }
    }

    mutating func disconnected(_ error: RabbitMQError) {
        // Whatever was written may or may not have arrived; only the caller can send it again. What was not written
        // waits for the next connection.
        for submission in self.waiting where submission.sentCount > 0 { submission.fail(error) }
        self.window.reset()
        self.failure = nil
        self.waitsForRoom = false
        self.state.isConnected = false
        self.state.blockedReason = nil
        self.state.failures += 1
        self.state.lastError = error
        self.share()
    }

    mutating func finished(leftovers: [Command]) {
        for command in leftovers { self.receive(command) }
        for submission in self.waiting { submission.fail(RabbitMQError(.closed, "the publisher was shut down")) }
        self.waiting.removeAll()
        self.unsent.removeAll()
        self.state.isConnected = false
        self.share()
    }

    /// AMQP's return has no number.
    ///
    /// It comes before the confirm and in the order of publishing, so it belongs to the oldest message of that identity
    /// that has not been returned yet.
    private func noteReturn(_ message: ReturnedMessage) {
        let ticket = self.window.first { ticket in
            let candidate = ticket.submission.messages[ticket.index]
            return candidate.messageID == message.messageID && candidate.routingKey == message.routingKey
                && candidate.exchange == message.exchange && !ticket.submission.isReturned(ticket.index)
        }
        guard let ticket else { return }
        ticket.submission.noteReturn(of: ticket.index, as: .returned(code: message.code, reason: message.reason))
    }

    private mutating func noteTimeout(of submission: Submission) {
        if let reason = self.state.blockedReason {
            submission.fail(RabbitMQError(.blocked, reason))
        } else if !self.state.isConnected {
            submission.fail(self.state.lastError ?? RabbitMQError(.unreachable, "not connected yet"))
        } else {
            let error = RabbitMQError(.timeout, "the broker did not confirm in time")
            submission.fail(error)
            // A channel that swallows messages may do so for ever; a new one starts clean.
            self.failure = error
        }
    }

    private mutating func share() {
        self.state.inFlight = self.window.count
        self.state.queued = self.unsent.reduce(0) { $0 + $1.messages.count - $1.sentCount }
        self.shared.value = self.state
    }
}
