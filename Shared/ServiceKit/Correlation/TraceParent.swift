/// The place of a piece of work in a distributed trace: the `traceparent` header of W3C Trace Context.
///
/// Format of level 1: `00-<32 hex: trace>-<16 hex: span>-<2 hex: flags>`, lower case, neither id all zeros.
public struct TraceParent: Hashable, Sendable, CustomStringConvertible {
    /// The header that carries it.
    public static let headerName = "traceparent"

    /// Names the whole trace: 32 hexadecimal digits.
    public let traceID: String
    /// Names this piece of work: 16 hexadecimal digits.
    public let spanID: String
    /// Bit 0: the caller records the trace.
    public let flags: UInt8

    /// Starts a trace that is recorded.
    public init() {
        self.init(
            traceID: UInt64.random(in: 1 ... .max).hexadecimal + UInt64.random(in: 1 ... .max).hexadecimal,
            spanID: UInt64.random(in: 1 ... .max).hexadecimal,
            flags: 1
        )
    }

    /// Reads the header; `nil` when it is malformed.
    public init?(_ header: String) {
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "00",
            Self.isID(parts[1], count: 32), Self.isID(parts[2], count: 16),
            parts[3].utf8.count == 2, parts[3].utf8.allSatisfy(\.isLowerHexadecimal),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        self.init(traceID: String(parts[1]), spanID: String(parts[2]), flags: flags)
    }

    private init(traceID: String, spanID: String, flags: UInt8) {
        self.traceID = traceID
        self.spanID = spanID
        self.flags = flags
    }

    /// The same trace, one hop further: a new span.
    public func child() -> TraceParent {
        TraceParent(traceID: self.traceID, spanID: UInt64.random(in: 1 ... .max).hexadecimal, flags: self.flags)
    }

    /// The text of the header.
    public var description: String {
        "00-\(self.traceID)-\(self.spanID)-\(self.flags < 16 ? "0" : "")\(String(self.flags, radix: 16))"
    }

    private static func isID(_ text: Substring, count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy(\.isLowerHexadecimal)
            && text.utf8.contains { $0 != UInt8(ascii: "0") }
    }
}

extension UInt64 {
    /// Sixteen digits, lower case.
    fileprivate var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension UInt8 {
    fileprivate var isLowerHexadecimal: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
