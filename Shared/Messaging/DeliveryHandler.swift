internal import EventSourcing
internal import EventStorePostgres
internal import Logging
internal import Metrics
internal import RabbitMQ
internal import ServiceLifecycle

/// Brings the effect of deliveries about: many in one transaction while all goes well, one by one when it does not.
struct DeliveryHandler: Sendable {
    let service: String
    let log: EventLog
    let subscriptions: Subscriptions
    let deadLetters: DeadLetters
    let policy: RetryPolicy
    let logger: Logger

    /// Answers only when each delivery has had its effect or is kept as a dead letter, so the order holds; or when the
    /// service stops, and then the rest goes back to the queue.
    func handle(_ deliveries: [Delivery]) async -> [Verdict] {
        let events = deliveries.compactMap(MessageCodec.event)
        if events.count == deliveries.count, (try? await self.commit(events)) != nil {
            FaultPoint.reach("before_ack")
            return deliveries.map { _ in .done }
        }
        var verdicts: [Verdict] = []
        for delivery in deliveries {
            // After one that had to be given back, the others must not overtake it.
            verdicts.append(verdicts.last == .requeue ? .requeue : await self.handle(delivery))
        }
        return verdicts
    }

    private func handle(_ delivery: Delivery) async -> Verdict {
        guard let event = MessageCodec.event(delivery) else {
            return await self.keep(delivery, nil, reason: "not an event: properties or headers are missing")
        }
        for attempt in 1... {
            do {
                try await self.commit([event])
                return .done
            } catch {
                switch self.policy.decide(error, attempt: attempt) {
                case .giveUp(let reason):
                    return await self.keep(delivery, event, reason: reason)
                case .wait(let delay):
                    self.logger.warning(
                        "handling failed, trying again",
                        metadata: Self.describe(
                            event,
                            ["attempt": "\(attempt)", "error": "\(RetryPolicy.reason(error))"]
                        )
                    )
                    guard await Self.pause(delay) else { return .requeue }
                }
            }
        }
        return .requeue
    }

    /// The effects, the inbox and the progress, in one transaction.
    private func commit(_ events: [IntegrationEvent]) async throws {
        guard let first = events.first else { return }
        let new = try await self.log.transaction(first.consequence) { work in
            let new = try Inbox.admit(events, in: work.session)
            for event in new { try self.subscriptions.handle(event, in: work) }
            Inbox.advance(over: events, in: work.session)
            return new.count
        }
        Counter(label: "events_handled_total").increment(by: new)
        Counter(label: "events_repeated_total").increment(by: events.count - new)
    }

    /// Sets a delivery aside, in a table where a person can look at it.
    private func keep(_ delivery: Delivery, _ event: IntegrationEvent?, reason: String) async -> Verdict {
        for attempt in 1... {
            do {
                try await self.deadLetters.keep(delivery, reason: reason)
                Counter(label: "events_dead_lettered_total").increment()
                self.logger.error("dead letter", metadata: Self.describe(event, ["reason": "\(reason)"]))
                return .done
            } catch {
                guard await Self.pause(self.policy.delay(attempt)) else { return .requeue }
            }
        }
        return .requeue
    }

    /// - Returns: `false` when the service stops instead.
    private static func pause(_ delay: Duration) async -> Bool {
        (try? await Task.sleep(for: delay)) != nil && !Task.isShuttingDownGracefully
    }

    /// Names an event in a log line, without its content.
    private static func describe(_ event: IntegrationEvent?, _ more: Logger.Metadata) -> Logger.Metadata {
        guard let event else { return more }
        return more.merging([
            "event_type": "\(event.type)", "event_id": "\(event.id.lowercased)", "stream": "\(event.subject)",
            "stream_version": "\(event.streamVersion)", "correlation_id": "\(event.metadata.correlationID)",
        ]) { mine, _ in mine }
    }
}
