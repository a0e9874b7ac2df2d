public import FoundationEssentials

/// The name of one stream of events: all that happened to one aggregate.
public struct StreamName: Hashable, Sendable, CustomStringConvertible {
    /// The kind of aggregate, for example `lesson`; a constant of the wire format.
    public let category: String
    /// The identity of the aggregate.
    public let id: UUID

    /// Names the stream of one aggregate.
    public init(category: String, id: UUID) {
        self.category = category
        self.id = id
    }

    /// Reads what ``description`` wrote; `nil` when the text is no stream name.
    public init?(_ text: String) {
        guard
            let dash = text.firstIndex(of: "-"), dash != text.startIndex,
            let id = UUID(uuidString: String(text[text.index(after: dash)...]))
        else { return nil }
        self.init(category: String(text[..<dash]), id: id)
    }

    /// Category and identity, joined by a dash.
    public var description: String {
        "\(self.category)-\(self.id.lowercased)"
    }
}
