internal import EventSourcing
internal import Foundation
internal import RabbitMQ

/// The end of an answer to a ``ReplayRequest``.
///
/// It follows everything that was published up to its place into the same queue. So whoever has handled what came before it
/// and has not as many events as it says has missed some.
struct ReplayMarker: Codable, Equatable, Sendable {
    static let type = "replay.marker"

    /// How much was published of one type.
    struct Published: Codable, Equatable, Sendable {
        /// After this place: a ``GlobalPosition`` as text.
        let after: String
        /// So many events.
        let count: Int
    }

    /// What was asked.
    let request: ReplayRequest
    /// How much was published of each type.
    let published: [String: Published]
    /// Up to this place: a ``GlobalPosition`` as text.
    let upTo: String
    /// Whether this was all; otherwise it is worth asking for more.
    let isComplete: Bool

    func message(from service: String) throws -> OutboundMessage {
        OutboundMessage(
            exchange: "",
            routingKey: self.request.replyTo,
            body: [UInt8](try JSONEncoder.wire().encode(self)),
            messageID: UUID.version7().lowercased,
            type: Self.type,
            appID: service,
            timestamp: Date()
        )
    }
}
