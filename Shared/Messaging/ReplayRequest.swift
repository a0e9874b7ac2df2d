internal import EventSourcing
internal import Foundation
internal import RabbitMQ

/// A question: send me again what you published of these types after these places.
struct ReplayRequest: Codable, Equatable, Sendable {
    static let type = "replay.request"

    /// The queue that the events, and a ``ReplayEnd``, are to go to.
    let replyTo: String
    /// Recognises the end that belongs to it.
    let id: UUID
    /// For each wanted type the last place that was heard, as text.
    let after: [String: String]

    /// The place after which a type is wanted; `nil` when it is not wanted at all.
    func position(_ type: String) -> GlobalPosition? {
        self.after[type].flatMap(GlobalPosition.init(_:))
    }

    /// The earliest place that anything is wanted after.
    var start: GlobalPosition {
        self.after.keys.compactMap(self.position).min() ?? .start
    }

    func message(to queue: String, from service: String) throws -> OutboundMessage {
        OutboundMessage(
            exchange: "",
            routingKey: queue,
            body: [UInt8](try JSONEncoder.wire().encode(self)),
            messageID: self.id.lowercased,
            type: Self.type,
            appID: service,
            timestamp: Date()
        )
    }
}

/// The answer to a question is complete.
enum ReplayEnd {
    static let type = "replay.end"

    static func message(of request: ReplayRequest, from service: String) -> OutboundMessage {
        OutboundMessage(
            exchange: "",
            routingKey: request.replyTo,
            body: [],
            messageID: request.id.lowercased,
            type: Self.type,
            appID: service,
            timestamp: Date()
        )
    }

    /// The request that is over, if this is an end.
    static func request(_ delivery: Delivery) -> UUID? {
        guard delivery.type == Self.type else { return nil }
        return delivery.messageID.flatMap(UUID.init(uuidString:))
    }
}
