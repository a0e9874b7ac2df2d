public import RabbitMQ

/// The names of everything that events pass through on their way between services.
public struct EventBus: Sendable {
    private let prefix: String

    /// Names a bus.
    ///
    /// - Parameter prefix: Set apart buses on one broker; tests use it.
    public init(prefix: String = "") {
        self.prefix = prefix
    }

    /// Where every public event is published, with its type as routing key.
    public var events: String { "\(self.prefix)repitbot.events" }

    /// Where deliveries go that the broker gave up.
    public var dead: String { "\(self.prefix)repitbot.dead" }

    /// The events for one service.
    public func queue(of service: String) -> String { "\(self.prefix)\(service).events" }

    /// The deliveries for one service that the broker gave up.
    public func deadQueue(of service: String) -> String { "\(self.prefix)\(service).dead" }

    /// The requests to one service to send past events again.
    public func replayQueue(of service: String) -> String { "\(self.prefix)\(service).replay" }

    /// The past events that one instance asked for.
    public func catchUpQueue(of instance: String) -> String { "\(self.prefix)\(instance).catch-up" }

    /// The queue of the past events that one instance asked for; it ends some time after the instance.
    func catchUpTopology(of instance: String) -> Topology {
        Topology(
            queues: [
                .init(
                    self.catchUpQueue(of: instance),
                    .classic,
                    isDurable: false,
                    arguments: ["x-expires": .integer(600_000)]
                )
            ]
        )
    }

    /// What a service publishes through.
    public func publishingTopology(of service: String) -> Topology {
        Topology(
            exchanges: [.init(self.events)],
            queues: [.init(self.replayQueue(of: service))]
        )
    }

    /// What a service listens on.
    ///
    /// Only the consumer of the queue may declare it: it is the one that must notice that the queue had gone.
    ///
    /// - Parameter types: The events it wants.
    func subscribingTopology(of service: String, types: [String]) -> Topology {
        let queue = Topology(queues: [.init(self.queue(of: service), hasSingleActiveConsumer: true)])
        return self.deadTopology(of: service) + queue + self.bindingTopology(of: service, types: types)
    }

    /// The ways from the exchange to a queue that somebody else declares.
    func bindingTopology(of service: String, types: [String]) -> Topology {
        let queue = self.queue(of: service)
        return Topology(
            exchanges: [.init(self.events)],
            bindings: types.map { .init(queue: queue, exchange: self.events, routingKey: $0) }
        )
    }

    /// Where what the broker gave up is kept for a service.
    ///
    /// One policy serves all queues, so every service gets what is given up anywhere; the archive keeps its own.
    func deadTopology(of service: String) -> Topology {
        let queue = self.deadQueue(of: service)
        return Topology(
            exchanges: [.init(self.dead, .fanout)],
            queues: [.init(queue)],
            bindings: [.init(queue: queue, exchange: self.dead, routingKey: "")]
        )
    }
}
