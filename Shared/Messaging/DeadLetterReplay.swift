internal import EventSourcing
public import Foundation
public import RabbitMQ

/// Sends dead letters again: same identity, so a repetition stays harmless, and only to the queue of this service.
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
        let message = OutboundMessage(
            exchange: "",
            routingKey: self.queue,
            body: letter.body,
            messageID: letter.id.lowercased,
            type: letter.type,
            appID: letter.source,
            correlationID: letter.correlationID,
            timestamp: letter.receivedAt,
            headers: letter.headers.compactMapValues(HeaderValue.init(stored:))
        )
        // Marked first: when the publishing fails, the letter is opened again; the other order could lose the note.
        guard try await self.letters.resolve(id, as: "replayed", note: nil) else { return false }
        guard try await self.admin.publish([message]) == [.confirmed] else {
            try await self.letters.reopen(id)
            return false
        }
        return true
    }

    /// Sends all open ones again, oldest first.
    ///
    /// - Returns: How many were sent.
    public func replayAll() async throws -> Int {
        var sent = 0
        for letter in try await self.letters.list(limit: 10_000) where try await self.replay(letter.id) { sent += 1 }
        return sent
    }
}

extension Delivery {
    /// The headers that are worth keeping: texts and numbers, without those of the broker.
    var storedHeaders: [String: JSONValue] {
        self.headers.filter { !$0.key.hasPrefix("x-") }.compactMapValues { value in
            switch value {
            case .string(let text): .string(text)
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
