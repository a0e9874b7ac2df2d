public import EventSourcing
public import EventStorePostgres

/// A public event with its payload decoded.
public struct Received<Payload: PublicPayload>: Sendable {
    /// The content.
    public let payload: Payload
    /// Everything around it.
    public let event: IntegrationEvent
}

/// What a service does about the events of others.
///
/// Handlers run in the transaction in which the event is noted in the inbox, once per event, in the order of its publisher.
/// What they record is caused by the event. A handler that throws leaves no trace; see ``RetryPolicy`` for what follows.
public struct Subscriptions: Sendable {
    private typealias Handler = @Sendable (IntegrationEvent, UnitOfWork) throws -> Void

    /// By publisher and type: what another service publishes under the same name is none of ours.
    private var handlers: [String: [String: [Handler]]] = [:]

    /// No subscriptions yet.
    public init() {}

    /// Adds a handler for one type of event; several for the same type run in the order of their adding.
    ///
    /// - Parameters:
    ///   - payload: What the event holds; its type is the routing key.
    ///   - source: The service that publishes it.
    ///   - handle: The effect.
    public mutating func on<Payload: PublicPayload>(
        _ payload: Payload.Type,
        from source: String,
        _ handle: @escaping @Sendable (Received<Payload>, UnitOfWork) throws -> Void
    ) {
        self.handlers[source, default: [:]][Payload.type, default: []].append { event, work in
            try handle(Received(payload: try event.decode(Payload.self), event: event), work)
        }
    }

    /// These and then those of somebody else.
    public func adding(_ others: Subscriptions) -> Subscriptions {
        var all = self
        for (source, handlers) in others.handlers {
            all.handlers[source, default: [:]].merge(handlers) { $0 + $1 }
        }
        return all
    }

    /// The events that are wanted, sorted.
    public var types: [String] { Set(self.handlers.values.flatMap(\.keys)).sorted() }

    /// The services that publish them, sorted.
    public var sources: [String] { self.handlers.keys.sorted() }

    /// The events that are wanted from one service, sorted.
    public func types(from source: String) -> [String] { self.handlers[source, default: [:]].keys.sorted() }

    /// Whether anybody wants the event.
    func handles(_ event: IntegrationEvent) -> Bool {
        self.handlers[event.source]?[event.type] != nil
    }

    /// Lets all handlers of an event do their work.
    package func handle(_ event: IntegrationEvent, in work: UnitOfWork) throws {
        let caused = work.caused(by: event.consequence)
        for handler in self.handlers[event.source]?[event.type] ?? [] { try handler(event, caused) }
    }
}
