internal import EventSourcing
public import FoundationEssentials

/// Where a page of a list ended, when the list is ordered by time and identity.
///
/// Opaque to clients, and stable: what comes or goes before it moves nothing.
public struct PageCursor: Equatable, Sendable {
    /// The time of the last item.
    public let time: Date
    /// The identity of the last item.
    public let id: UUID

    /// Names the last item of a page.
    public init(_ time: Date, _ id: UUID) {
        self.time = time
        self.id = id
    }

    /// The text for clients.
    public var text: String {
        // Microseconds are what Postgres keeps; fewer would show items again or hide them.
        let microseconds = Int64((self.time.timeIntervalSince1970 * 1_000_000).rounded())
        return "\(String(microseconds, radix: 36)).\(self.id.lowercased)"
    }

    /// The years 1 to 9999, in microseconds since 1970: what times of ours can be, and Postgres can hold.
    private static let microseconds: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    /// Reads ``text``; `nil` for anything else.
    public init?(text: String) {
        let parts = text.split(separator: ".")
        guard parts.count == 2, let microseconds = Int64(parts[0], radix: 36), Self.microseconds.contains(microseconds),
            let id = UUID(uuidString: String(parts[1]))
        else { return nil }
        self.init(Date(timeIntervalSince1970: Double(microseconds) / 1_000_000), id)
    }
}

extension PageRequest {
    /// Where the previous page ended; `nil` for the first page.
    ///
    /// - Throws: A 400 ``Problem`` when the cursor is not one of ours.
    public func position() throws(Problem) -> PageCursor? {
        guard let cursor else { return nil }
        guard let position = PageCursor(text: cursor) else { throw .invalid("cursor", "is not a cursor of this list") }
        return position
    }
}
