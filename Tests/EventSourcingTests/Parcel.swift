import EventSourcing
import FoundationEssentials

/// An aggregate for tests: a parcel that is sent, and arrives.
struct Parcel: Aggregate {
    enum Command { case send, arrive }
    enum Refusal: Error, Equatable { case notSent }

    static let category = "parcel"

    private(set) var isSent = false

    func decide(_ command: Command) throws(Refusal) -> [ParcelEvent] {
        switch command {
        case .send: return self.isSent ? [] : [.sent(.init(to: .known("Анна"), weightGrams: 300))]
        case .arrive:
            guard self.isSent else { throw .notSent }
            return [.arrived(.init(parcel: .version7()))]
        }
    }

    mutating func evolve(_ event: ParcelEvent) {
        if case .sent = event { self.isSent = true }
    }
}

enum ParcelEvent: DomainEvent {
    case sent(Sent)
    case arrived(Arrived)

    /// Version 1 had `weight` in kilograms, version 2 `weight_grams`, version 3 has a `note`.
    static let codec = EventCodec<ParcelEvent>()
        .adding(Sent.self, ParcelEvent.sent)
        .adding(Arrived.self, ParcelEvent.arrived)
        .upcasting(Sent.type, from: 1) { json in
            guard case .integer(let kilograms)? = json["weight"] else { throw NoWeight() }
            json["weight"] = nil
            json["weight_grams"] = .integer(kilograms * 1_000)
        }
        .upcasting(Sent.type, from: 2) { json in json["note"] = .string("") }

    struct NoWeight: Error {}

    var payload: any EventPayload {
        switch self {
        case .sent(let payload): payload
        case .arrived(let payload): payload
        }
    }

    struct Sent: EventPayload {
        static let type = "parcel.sent"
        static let schemaVersion = 3

        var to: Personal<String>
        var from: Personal<String>?
        var weightGrams: Int
        var note = ""

        enum CodingKeys: String, CodingKey {
            case to
            case from
            case weightGrams = "weight_grams"
            case note
        }
    }

    struct Arrived: EventPayload {
        static let type = "parcel.arrived"

        var parcel: UUID
        var neighbour: UUID?
        var seenBy: [UUID] = []

        enum CodingKeys: String, CodingKey {
            case parcel
            case neighbour
            case seenBy = "seen_by"
        }
    }
}
