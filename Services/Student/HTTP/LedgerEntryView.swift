internal import Foundation
internal import Postgres

/// A line of the ledger of experience, as clients see it.
struct LedgerEntryView: Encodable, Sendable {
    struct Cause: Encodable, Sendable {
        let type: String
        let id: String
    }

    let eventID: UUID
    let amount: Int
    let cause: Cause
    let occurredAt: Date

    enum CodingKeys: String, CodingKey {
        case amount, cause
        case eventID = "event_id"
        case occurredAt = "occurred_at"
    }

    /// Reads the columns event_id, amount, reason, cause_id and occurred_at, which follow the entry's place.
    init(_ row: Row) throws {
        self.eventID = try row.decode(2)
        self.amount = try row.decode(3)
        self.cause = Cause(type: try row.decode(4), id: try row.decode(5))
        self.occurredAt = try row.decode(6)
    }
}
