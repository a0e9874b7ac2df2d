internal import Logging

/// Keeps a connection alive on one thread: connects, serves the socket and the mailbox, and starts again after an error.
struct ConnectionLoop<Role: ConnectionRole> {
    private let configuration: RabbitMQConfiguration
    private let mailbox: Mailbox<Role.Command>
    private let socketGuard: SocketGuard
    private let logger: Logger
    private var role: Role

    init(
        configuration: RabbitMQConfiguration,
        mailbox: Mailbox<Role.Command>,
        socketGuard: SocketGuard,
        role: Role,
        logger: Logger
    ) {
        self.configuration = configuration
        self.mailbox = mailbox
        self.socketGuard = socketGuard
        self.role = role
        self.logger = logger
    }

    /// How often the loop comes round when nothing happens.
    ///
    /// A silent broker is noticed this much later than after two heartbeats.
    private var turn: Duration { min(.milliseconds(500), self.configuration.heartbeat / 4) }

    /// How many events are taken before the role gets to write: acknowledgements must not starve.
    private static var eventsPerTurn: Int { 1024 }

    /// Blocks until the role is finished.
    mutating func run() {
        var backoff = Backoff(self.configuration.reconnectDelay)
        while !self.role.isFinished {
            let start = ContinuousClock.now
            do throws(RabbitMQError) {
                try self.connectAndServe()
            } catch {
                let error = self.socketGuard.takeShutDown() ? self.stuck(error) : error
                // Whoever lived for a while is no hopeless case; a broker that throws us out at once is.
                if ContinuousClock.now - start > self.configuration.reconnectDelay.lowerBound * 10 { backoff.reset() }
                self.role.disconnected(error)
                let delay = backoff.next()
                self.logger.log(
                    level: error.isFatal ? .error : .warning,
                    "RabbitMQ connection failed",
                    metadata: ["error": "\(error)", "retry-after": "\(delay)"]
                )
                self.rest(for: delay)
            }
        }
        self.role.finished(leftovers: self.mailbox.close())
    }

    private mutating func connectAndServe() throws(RabbitMQError) {
        guard var connection = try self.connect() else { return }
        self.logger.info("RabbitMQ connected", metadata: ["broker": "\(self.configuration)"])
        while !self.role.isFinished {
            self.takeCommands()
            var events = 0
            while events < Self.eventsPerTurn, let event = try connection.nextEvent() {
                try self.role.receive(event)
                events += 1
            }
            self.role.advance(to: .now)
            try self.role.advance(&connection)
            // At the end of a turn: what came in while there was no connection must not wait for another.
            if !self.role.isFinished { self.wait(for: connection) }
        }
        guard !self.role.isAbandoned else { return }
        try self.role.leave(&connection)
        try connection.close()
    }

    /// - Returns: `nil` when the role is finished before there is a connection.
    private mutating func connect() throws(RabbitMQError) -> ConnectionHandle? {
        let attempt = ConnectionAttempt(
            self.configuration,
            socketGuard: self.socketGuard,
            greet: self.role.greeting,
            wakeUp: self.mailbox.wakeUp
        )
        while !self.role.isFinished {
            switch attempt.take() {
            case .connected(let connection, let greeting):
                self.role.connected(greeting)
                return connection
            case .failed(let error):
                throw error
            case nil:
                self.turn(atMost: self.turn)
            }
        }
        return nil
    }

    private func wait(for connection: borrowing ConnectionHandle) {
        // poll does not see what the library has read already.
        guard !connection.hasBufferedInput else { return }
        self.mailbox.wakeUp.wait(
            orSocket: connection.descriptor,
            forWriting: self.role.waitsForRoom,
            timeout: self.timeout(atMost: self.turn)
        )
    }

    private mutating func rest(for delay: Duration) {
        let end = ContinuousClock.now + delay
        while !self.role.isFinished {
            let rest = end - .now
            guard rest > .zero else { return }
            self.turn(atMost: rest)
        }
    }

    /// One turn without a connection.
    private mutating func turn(atMost limit: Duration) {
        self.mailbox.wakeUp.wait(timeout: self.timeout(atMost: min(self.turn, limit)))
        self.takeCommands()
        self.role.advance(to: .now)
    }

    private mutating func takeCommands() {
        for command in self.mailbox.takeAll() { self.role.receive(command) }
    }

    private func timeout(atMost limit: Duration) -> Duration {
        guard let deadline = self.role.nextDeadline else { return limit }
        return min(limit, deadline - .now)
    }

    private func stuck(_ error: RabbitMQError) -> RabbitMQError {
        RabbitMQError(.timeout, "the broker did not read or answer in time", libraryStatus: error.libraryStatus)
    }
}

extension ConnectionHandle {
    /// Connects to the first host that can be reached.
    ///
    /// - Throws: What the last one said. A refused login ends the search: the nodes of a cluster share their users.
    static func open(
        _ configuration: RabbitMQConfiguration,
        socketGuard: SocketGuard
    ) throws(RabbitMQError) -> ConnectionHandle {
        var lastError = RabbitMQError.invalidConfiguration("at least one host is needed")
        for host in configuration.hosts {
            do throws(RabbitMQError) {
                var connection = try ConnectionHandle(configuration, socketGuard: socketGuard)
                try connection.open(host, configuration)
                return connection
            } catch {
                if error.code == .authenticationFailed || error.code == .accessRefused { throw error }
                lastError = error
            }
        }
        throw lastError
    }
}
