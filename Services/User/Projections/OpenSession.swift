internal import Foundation

/// A session that was not ended, as its owner sees it.
struct OpenSession: Encodable, Sendable {
    let id: UUID
    let openedAt: Date
    let usedAt: Date

    enum CodingKeys: String, CodingKey {
        case id
        case openedAt = "opened_at"
        case usedAt = "used_at"
    }
}
