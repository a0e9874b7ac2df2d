internal import Logging
internal import Metrics
internal import RabbitMQ

/// Takes the deliveries that the broker gave up, mostly because they killed the process again and again, to the table.
struct DeadLetterArchive: Sendable {
    let queue: String
    let letters: DeadLetters
    let logger: Logger

    func handle(_ deliveries: [Delivery]) async -> [Verdict] {
        var verdicts: [Verdict] = []
        for delivery in deliveries { verdicts.append(await self.handle(delivery)) }
        return verdicts
    }

    private func handle(_ delivery: Delivery) async -> Verdict {
        // The exchange of the dead serves all services; this one keeps its own.
        guard delivery.headers["x-first-death-queue"]?.string == self.queue else { return .done }
        let why = delivery.headers["x-first-death-reason"]?.string ?? "unknown"
        do {
            try await self.letters.keep(delivery, reason: "given up by the broker: \(why)")
            Counter(label: "events_dead_lettered_total").increment()
            self.logger.error(
                "dead letter",
                metadata: ["event_type": "\(delivery.type ?? "")", "event_id": "\(delivery.messageID ?? "")"]
            )
            return .done
        } catch {
            // The queue of the dead has no limit of attempts that would matter: a pause, and again.
            try? await Task.sleep(for: .seconds(1))
            return .requeue
        }
    }
}
