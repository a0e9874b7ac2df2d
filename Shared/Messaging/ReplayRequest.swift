internal import EventSourcing
internal import Foundation
internal import RabbitMQ

/// A question: is this all that you published of these types? If not, send me what I may lack.
struct ReplayRequest: Codable, Equatable, Sendable {
    static let type = "replay.request"

    /// What one type of event is to be held against.
    struct Wanted: Codable, Equatable, Sendable {
        /// Up to here nothing is missing: a ``GlobalPosition`` as text.
        let after: String
        /// The furthest event received after that, if any.
        let furthest: String?
        /// How many were received after that.
        let count: Int
    }

    /// The queue that the events, and a ``ReplayEnd``, are to go to.
    let replyTo: String
    /// Recognises the end that belongs to it.
    let id: UUID
    /// What is wanted, by type.
    let wanted: [String: Wanted]

    /// - Parameter patience: How long the asker waits; after that the question need not be answered.
    func message(to queue: String, from service: String, patience: Duration) throws -> OutboundMessage {
        OutboundMessage(
            exchange: "",
            routingKey: queue,
            body: [UInt8](try JSONEncoder.wire().encode(self)),
            messageID: self.id.lowercased,
            type: Self.type,
            appID: service,
            timestamp: Date(),
            expiration: patience
        )
    }
}

/// The answer to a question is complete, or at least long enough.
struct ReplayEnd: Codable, Equatable, Sendable {
    static let type = "replay.end"

    /// The question that it answers.
    let request: UUID
    /// Whoever asked has everything up to here: a ``GlobalPosition`` as text.
    let upTo: String
    /// Whether this was all; otherwise it is worth asking for more.
    let isComplete: Bool

    func message(to queue: String, from service: String) throws -> OutboundMessage {
        OutboundMessage(
            exchange: "",
            routingKey: queue,
            body: [UInt8](try JSONEncoder.wire().encode(self)),
            messageID: self.request.lowercased,
            type: Self.type,
            appID: service,
            timestamp: Date()
        )
    }
}
