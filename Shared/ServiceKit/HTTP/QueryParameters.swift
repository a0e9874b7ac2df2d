/// The part of a URL after the question mark.
enum QueryParameters {
    /// As a document: a parameter that comes once is a string, one that comes again is an array of them.
    ///
    /// - Throws: A 400 ``Problem`` when the text is not a query.
    static func parse(_ query: Substring) throws(Problem) -> JSONNode {
        var values: [String: [JSONNode]] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true),
                let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
            else { throw .invalid("The query is not properly encoded.") }
            values[name, default: []].append(.string(value))
        }
        return .object(values.mapValues { $0.count == 1 ? $0[0] : .array($0) })
    }
}

/// Which part of a list is wanted: `?limit=50&cursor=…`.
public struct PageRequest: Equatable, Sendable {
    /// How many items at most: 1 to 200.
    public let limit: Int
    /// Where the previous part ended; `nil` for the first.
    public let cursor: String?
}

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

    /// Writes `next_cursor` even when there is none.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.items, forKey: .items)
        try container.encode(self.nextCursor, forKey: .nextCursor)
    }
}
