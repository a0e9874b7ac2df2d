internal import EventSourcing
internal import Foundation
internal import RabbitMQ

/// A question to a publisher: how much did you publish of these types after these places? Or: send it again.
struct ReplayRequest: Codable, Equatable, Sendable {
    static let type = "replay.request"

    /// The queue that the answer, which ends with a ``ReplayMarker``, is to go to.
    let replyTo: String
    /// The wanted types, each with the place up to which nothing is missing: a ``GlobalPosition`` as text.
    let wanted: [String: String]
    /// Whether the events themselves are wanted, and not only their number.
    let isForEvents: Bool

    /// - Parameter patience: How long the asker waits; after that the question need not be answered.
    func message(to queue: String, from service: String, patience: Duration) throws -> OutboundMessage {
        OutboundMessage(
            exchange: "",
            routingKey: queue,
            body: [UInt8](try JSONEncoder.wire().encode(self)),
            messageID: UUID.version7().lowercased,
            type: Self.type,
            appID: service,
            timestamp: Date(),
            expiration: patience
        )
    }
}
