internal import Foundation
internal import Postgres
internal import ServiceKit

/// A widget as clients see it.
struct WidgetView: Encodable, Sendable {
    let id: UUID
    let title: String
    let version: Int64
    let createdAt: Date

    enum CodingKeys: String, CodingKey {
        case id, title, version
        case createdAt = "created_at"
    }
}

extension WidgetView {
    /// The columns that ``init(_:)`` reads, in its order.
    static let columns = "id, title, version, created_at"

    init(_ row: Row) throws {
        self.id = try row.decode(0)
        self.title = try row.decode(1)
        self.version = try row.decode(2)
        self.createdAt = try row.decode(3)
    }
}
