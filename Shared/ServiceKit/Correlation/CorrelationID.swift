internal import EventSourcing
internal import FoundationEssentials

/// Names one request through all services that it reaches: 8 to 64 characters of `A–Z a–z 0–9 -`.
public struct CorrelationID: Hashable, Sendable, CustomStringConvertible {
    /// The header that carries it.
    public static let headerName = "X-Correlation-ID"

    /// The characters.
    public let description: String

    /// A new one: a time-ordered UUID.
    public init() {
        self.description = UUID.version7().lowercased
    }

    /// Takes what a client sent; `nil` when it is not one.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard (8...64).contains(bytes.count), bytes.allSatisfy({ $0.isAlphanumeric || $0 == UInt8(ascii: "-") }) else {
            return nil
        }
        self.description = text
    }
}

extension UInt8 {
    /// Whether it is an ASCII letter or digit.
    var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
