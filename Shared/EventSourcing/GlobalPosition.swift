/// The place of an event in the log of its service.
///
/// A pair, sorted by both parts: sequence numbers are drawn at INSERT but become visible at COMMIT, so a reader that went by
/// the number alone would skip the rows of transactions that commit late. Transaction numbers below the oldest one still
/// running can not gain rows any more, and so a reader that stops there never has to look back.
public struct GlobalPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of the writing transaction (`xid8` of Postgres).
    public let transaction: UInt64
    /// The sequence number within the log.
    public let sequence: Int64

    /// Names a place in the log.
    public init(transaction: UInt64, sequence: Int64) {
        self.transaction = transaction
        self.sequence = sequence
    }

    /// Before every event.
    public static let start = GlobalPosition(transaction: 0, sequence: 0)

    /// Whether one event stands before another.
    public static func < (left: GlobalPosition, right: GlobalPosition) -> Bool {
        (left.transaction, left.sequence) < (right.transaction, right.sequence)
    }

    /// Both parts, joined by a slash.
    public var description: String { "\(self.transaction)/\(self.sequence)" }

    /// Reads what ``description`` wrote; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let transaction = UInt64(parts[0]), let sequence = Int64(parts[1]) else { return nil }
        self.init(transaction: transaction, sequence: sequence)
    }
}
