internal import Foundation

/// A session that has ended, for whoever still meets access tokens of it.
struct EndedSession: Encodable, Sendable {
    let id: UUID
    let endedAt: Date

    enum CodingKeys: String, CodingKey {
        case id
        case endedAt = "ended_at"
    }
}
