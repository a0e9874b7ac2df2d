/// One part of a list.
public struct Page<Item: Encodable & Sendable>: Encodable, Sendable {
    /// The items.
    public let items: [Item]
    /// Where the next part begins; `nil` when this is the last.
    public let nextCursor: String?

    private enum CodingKeys: String, CodingKey {
        case items
        case nextCursor = "next_cursor"
    }

    /// A part of a list.
    public init(_ items: [Item], nextCursor: String?) {
        self.items = items
        self.nextCursor = nextCursor
    }

    /// What was asked for, out of one item more than that: whether there is a further one tells whether there is a further part.
    ///
    /// - Parameters:
    ///   - found: The items from the place of the request on, at most one more than its limit.
    ///   - cursor: The place of an item in the list.
    public init(_ found: [Item], _ request: PageRequest, cursor: (Item) throws -> String) rethrows {
        let items = Array(found.prefix(request.limit))
        let last = found.count > request.limit ? items.last : nil
        self.init(items, nextCursor: try last.map(cursor))
    }

    /// Writes `next_cursor` even when there is none.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.items, forKey: .items)
        try container.encode(self.nextCursor, forKey: .nextCursor)
    }
}
