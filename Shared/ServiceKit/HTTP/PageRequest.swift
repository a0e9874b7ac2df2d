/// Which part of a list is wanted: `?limit=50&cursor=…`.
public struct PageRequest: Equatable, Sendable {
    /// How many items at most: 1 to 200.
    public let limit: Int
    /// Where the previous part ended; `nil` for the first.
    public let cursor: String?
}
