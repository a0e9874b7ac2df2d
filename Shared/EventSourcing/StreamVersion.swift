/// How many events a stream holds: the first event has version 1, and there are no gaps.
public struct StreamVersion: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number of events.
    public let rawValue: Int64

    /// Wraps a number of events.
    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The version of a stream that holds nothing.
    public static let empty = StreamVersion(rawValue: 0)

    /// The version after `count` more events.
    public func advanced(by count: Int) -> StreamVersion {
        StreamVersion(rawValue: self.rawValue + Int64(count))
    }

    /// Whether one stream is shorter than another.
    public static func < (left: StreamVersion, right: StreamVersion) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The number as text.
    public var description: String { String(self.rawValue) }
}

/// What a writer believes about a stream when it appends.
public enum ExpectedVersion: Equatable, Sendable {
    /// The stream has exactly this version; ``StreamVersion/empty`` means that it does not exist yet.
    case exactly(StreamVersion)
    /// The writer does not care: its events are true whatever happened before.
    case any

    /// The stream must not exist yet.
    public static let noStream = ExpectedVersion.exactly(.empty)

    /// Whether a stream of this version may be appended to.
    public func admits(_ actual: StreamVersion) -> Bool {
        switch self {
        case .any: true
        case .exactly(let expected): expected == actual
        }
    }
}
