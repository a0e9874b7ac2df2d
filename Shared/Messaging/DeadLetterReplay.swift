internal import EventSourcing
public import Foundation
public import RabbitMQ

/// Sends dead letters again, to the queue of this service only.
///
/// A letter stays open until its effect is there; its row makes sure that this happens once, however often it is sent.
public struct DeadLetterReplay: Sendable {
    private let letters: DeadLetters
    private let admin: RabbitMQAdmin
    private let queue: String

    /// Describes the way back.
    public init(letters: DeadLetters, admin: RabbitMQAdmin, bus: EventBus, service: String) {
        self.letters = letters
        self.admin = admin
        self.queue = bus.queue(of: service)
    }

    /// Sends one again.
    ///
    /// - Returns: `false` when there is no such open letter, or when the queue did not take it.
    public func replay(_ id: UUID) async throws -> Bool {
        guard let letter = try await self.letters.show(id), letter.status == "open" else { return false }
        return try await self.send([letter]) == 1
    }

    /// Sends all open ones again, oldest first.
    ///
    /// - Returns: How many the queue took.
    public func replayAll() async throws -> Int {
        try await self.send(try await self.letters.list(limit: 10_000))
    }

    private func send(_ letters: [DeadLetters.Letter]) async throws -> Int {
        guard !letters.isEmpty else { return 0 }
        return try await self.admin.publish(letters.map(self.message)).count { $0 == .confirmed }
    }

    private func message(_ letter: DeadLetters.Letter) -> OutboundMessage {
        var headers = letter.headers.compactMapValues(HeaderValue.init(stored:))
        headers[Delivery.replayedHeader] = .boolean(true)
        return OutboundMessage(
            exchange: "",
            routingKey: self.queue,
            body: letter.body,
            messageID: letter.id.lowercased,
            type: letter.type,
            appID: letter.source,
            correlationID: letter.correlationID,
            timestamp: letter.receivedAt,
            headers: headers
        )
    }
}

extension Delivery {
    fileprivate static let replayedHeader = "replayed_dead_letter"

    /// Whether a person sent it again.
    var isReplayedDeadLetter: Bool { self.headers[Self.replayedHeader] == .boolean(true) }

    /// The headers that are worth keeping: texts and numbers, without those of the broker.
    var storedHeaders: [String: JSONValue] {
        self.headers.filter { !$0.key.hasPrefix("x-") }.compactMapValues { value in
            switch value {
            case .string(let text): .string(text.storable)
            case .integer(let number): .integer(number)
            default: nil
            }
        }
    }
}

extension HeaderValue {
    fileprivate init?(stored value: JSONValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .integer(let number): self = .integer(number)
        default: return nil
        }
    }
}
