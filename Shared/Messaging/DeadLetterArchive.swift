internal import Logging
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
            // Given back too often, it would be lost: brokers from 4.0 on limit the attempts of every queue.
            try await Endurance(policy: RetryPolicy(), logger: self.logger).insist("can not keep a dead letter") {
                guard try await self.letters.keep(delivery, reason: "given up by the broker: \(why)") else { return }
                self.logger.error("dead letter", metadata: delivery.logMetadata(["reason": "\(why)"]))
            }
            return .done
        } catch {
            // The service stops.
            return .requeue
        }
    }
}
