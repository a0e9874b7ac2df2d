internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Logging
internal import RabbitMQ

/// Answers those who missed something, from the log.
struct ReplayResponder: Sendable {
    let service: String
    let store: PostgresEventStore
    let publications: Publications
    let publisher: RabbitMQPublisher
    let logger: Logger
    private let batch = 500

    func handle(_ deliveries: [Delivery]) async -> [Verdict] {
        for delivery in deliveries {
            guard let request = try? JSONDecoder.wire().decode(ReplayRequest.self, from: Data(delivery.body)) else {
                continue
            }
            do {
                try await self.answer(request)
            } catch {
                // Whoever asked gives up waiting and asks again.
                self.logger.warning("a replay broke off", metadata: ["error": "\(error)"])
            }
        }
        return deliveries.map { _ in .done }
    }

    private func answer(_ request: ReplayRequest) async throws {
        var position = request.start
        while true {
            let events = try await self.store.readAll(after: position, limit: self.batch)
            let wanted = try events.flatMap { try self.publications.publish($0) }.filter { event in
                request.position(event.type).map { event.position > $0 } ?? false
            }
            let outcomes = try await self.publisher.publish(
                wanted.map { MessageCodec.message($0, exchange: "", routingKey: request.replyTo) }
            )
            // The queue is gone, and with it whoever asked.
            guard outcomes.allSatisfy({ $0 == .confirmed }) else { return }
            guard let last = events.last else { break }
            position = last.position
        }
        _ = try await self.publisher.publish([ReplayEnd.message(of: request, from: self.service)])
    }
}
