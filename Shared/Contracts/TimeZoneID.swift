// Foundation, because FoundationEssentials by itself knows no zone but GMT.
public import Foundation

/// The name of a time zone in the IANA database, for example `Europe/Moscow`.
///
/// Reading one from JSON does not look it up: history stays readable when a later database drops a name.
public struct TimeZoneID: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let description: String

    /// Takes a name that the time zone database knows; `nil` for abbreviations, offsets and unknown names.
    public init?(_ name: String) {
        guard name == "UTC" || name.contains("/"), TimeZone(identifier: name) != nil else { return nil }
        self.description = name
    }

    private init(unchecked name: String) {
        self.description = name
    }

    /// Coordinated universal time.
    public static let utc = TimeZoneID(unchecked: "UTC")

    /// The zone with its rules; UTC when this machine's database does not know the name any more.
    public var zone: TimeZone { TimeZone(identifier: self.description) ?? .gmt }
}

extension TimeZoneID: Codable {
    /// Reads the name.
    public init(from decoder: any Decoder) throws {
        self.init(unchecked: try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.description)
    }
}
