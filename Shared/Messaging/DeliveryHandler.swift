internal import EventSourcing
internal import EventStorePostgres
internal import Logging
internal import Metrics
internal import RabbitMQ

/// Brings the effect of deliveries about: many in one transaction while all goes well, one by one when it does not.
struct DeliveryHandler: Sendable {
    let log: EventLog
    let subscriptions: Subscriptions
    let deadLetters: DeadLetters
    let policy: RetryPolicy
    let logger: Logger

    private typealias Stopping = Endurance.Stopping

    private var endurance: Endurance { Endurance(policy: self.policy, logger: self.logger) }

    /// Answers only when each delivery has had its effect or is kept as a dead letter, so the order holds; or when the
    /// service stops, and then the rest goes back to the queue.
    func handle(_ deliveries: [Delivery]) async -> [Verdict] {
        do {
            if let events = Self.batch(deliveries), try await self.commitTogether(events) {
                return deliveries.map { _ in .done }
            }
            var verdicts: [Verdict] = []
            do {
                for delivery in deliveries {
                    try await self.handle(delivery)
                    verdicts.append(.done)
                }
            } catch {
                // After one that had to be given back, the others must not overtake it.
                verdicts += deliveries.dropFirst(verdicts.count).map { _ in .requeue }
            }
            return verdicts
        } catch {
            return deliveries.map { _ in .requeue }
        }
    }

    /// The events, if all deliveries are events that arrive in the usual way.
    private static func batch(_ deliveries: [Delivery]) -> [IntegrationEvent]? {
        let events = deliveries.compactMap { $0.isReplayedDeadLetter ? nil : MessageCodec.event($0) }
        return events.count == deliveries.count && events.count > 1 ? events : nil
    }

    /// - Returns: Whether all effects are there; otherwise none is, and one of the events is to blame.
    private func commitTogether(_ events: [IntegrationEvent]) async throws(Stopping) -> Bool {
        do {
            try await self.endurance.outlast { try await self.commit(events) }
        } catch let stopping as Stopping {
            throw stopping
        } catch {
            self.logger.debug("a batch failed, one by one then", metadata: ["error": "\(RetryPolicy.reason(error))"])
            return false
        }
        FaultPoint.reach("before_ack")
        return true
    }

    /// Tries until the effect is there, or the event is kept as a dead letter.
    private func handle(_ delivery: Delivery) async throws(Stopping) {
        guard let event = MessageCodec.event(delivery) else {
            return try await self.keep(delivery, reason: "not an event: properties or headers are missing")
        }
        var attempt = 1
        while true {
            do {
                try await self.endurance.outlast {
                    if delivery.isReplayedDeadLetter {
                        try await self.commitReplayed(event)
                    } else {
                        try await self.commit([event])
                    }
                }
                FaultPoint.reach("before_ack")
                return
            } catch let stopping as Stopping {
                throw stopping
            } catch {
                let reason = RetryPolicy.reason(error)
                guard self.policy.allowsAnother(after: attempt, error) else {
                    return try await self.keep(delivery, reason: reason)
                }
                self.logger.warning(
                    "handling failed, trying again",
                    metadata: event.logMetadata(["attempt": "\(attempt)", "error": "\(reason)"])
                )
                try await self.endurance.pause(after: attempt)
                attempt += 1
            }
        }
    }

    /// The inbox and the effects, in one transaction.
    ///
    /// What nobody here wants is not noted: another version of this service, before or after an upgrade, may want it, and
    /// finds it missing then.
    private func commit(_ deliveries: [IntegrationEvent]) async throws {
        let events = deliveries.filter { self.subscriptions.handles($0) }
        guard let first = events.first else { return }
        let new = try await self.log.transaction(first.consequence) { work in
            let new = try Inbox.admit(events, in: work.session)
            for event in new { try self.subscriptions.handle(event, in: work) }
            return new.count
        }
        Counter(label: "events_handled_total").increment(by: new)
        Counter(label: "events_repeated_total").increment(by: events.count - new)
    }

    /// A dead letter comes back: it stands in the inbox, but its effect is still to come, once.
    private func commitReplayed(_ event: IntegrationEvent) async throws {
        let isNew = try await self.log.transaction(event.consequence) { work in
            guard try self.deadLetters.close(event.id, in: work.session) else { return false }
            try self.subscriptions.handle(event, in: work)
            return true
        }
        Counter(label: isNew ? "events_handled_total" : "events_repeated_total").increment()
    }

    /// Sets a delivery aside, in a table where a person can look at it.
    ///
    /// To lose it is worse than to stand still, and to give it back again and again would use up the attempts of those
    /// behind it: so this goes on until it succeeds, or the service stops.
    private func keep(_ delivery: Delivery, reason: String) async throws(Stopping) {
        try await self.endurance.insist("can not keep a dead letter") {
            try await self.deadLetters.keep(delivery, reason: reason)
        }
        self.logger.error("dead letter", metadata: delivery.logMetadata(["reason": "\(reason)"]))
    }
}

extension IntegrationEvent {
    /// Names an event in a log line, without its content.
    func logMetadata(_ more: Logger.Metadata = [:]) -> Logger.Metadata {
        more.merging([
            "event_type": "\(self.type)", "event_id": "\(self.id.lowercased)", "stream": "\(self.subject)",
            "stream_version": "\(self.streamVersion)", "correlation_id": "\(self.metadata.correlationID)",
        ]) { mine, _ in mine }
    }
}

extension Delivery {
    /// Names a delivery in a log line, without its content.
    func logMetadata(_ more: Logger.Metadata = [:]) -> Logger.Metadata {
        more.merging([
            "event_type": "\(self.type ?? "")", "event_id": "\(self.messageID ?? "")",
            "correlation_id": "\(self.correlationID ?? "")",
        ]) { mine, _ in mine }
    }
}
