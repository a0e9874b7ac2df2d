/// The rules for what may stand between method and version of a request line.
///
/// Gateway and services must understand the same path, or a rule that holds for one is passed by with the other: the
/// gateway compares bytes where services decode first. So whatever could be read in two ways is refused here: dot
/// segments, empty segments, encoded slashes, backslashes and controls, raw bytes that RFC 3986 does not know, and
/// characters that are encoded without need (`/auth/%6Cogin` is the service's `/auth/login`).
enum RequestTarget {
    /// The longest target in bytes; more is 414.
    static let maximumLength = 8 << 10

    /// Whether the target is an origin-form (RFC 9112 section 3.2.1) that can be read in one way only.
    static func isAcceptable(_ target: String) -> Bool {
        var target = target
        return target.withUTF8 { bytes in
            guard bytes.first == UInt8(ascii: "/") else { return false }
            var index = 0
            var previous: UInt8 = 0
            var isQuery = false
            while index < bytes.count {
                var byte = bytes[index]
                guard Self.isAllowed[Int(byte)] else { return false }
                if byte == UInt8(ascii: "?") { isQuery = true }
                if byte == UInt8(ascii: "%") {
                    guard index + 2 < bytes.count, let high = bytes[index + 1].hexDigit,
                        let low = bytes[index + 2].hexDigit
                    else { return false }
                    byte = high << 4 | low
                    index += 2
                    if byte < 0x20 || byte == 0x7F { return false }
                    if !isQuery, byte.isUnreserved || Self.isEncodedDivider[Int(byte)] { return false }
                }
                // A segment that begins with a dot is `.`, `..`, or in this platform only `.well-known`.
                if !isQuery, previous == UInt8(ascii: "/") {
                    if byte == UInt8(ascii: "/") { return false }
                    if byte == UInt8(ascii: "."), !Self.isWellKnown(bytes[index...]) { return false }
                }
                previous = byte
                index += 1
            }
            return true
        }
    }

    private static func isWellKnown(_ rest: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        rest.starts(with: ".well-known/".utf8)
    }

    /// What some readers take for a border between segments, or for the beginning of another encoded byte.
    private static let isEncodedDivider: [Bool] = (UInt8.min...UInt8.max).map { "/\\%".utf8.contains($0) }

    /// The bytes of RFC 3986's `pchar`, `/`, `?` and `%`, and the brackets and bars that clients leave unencoded.
    private static let isAllowed: [Bool] = (UInt8.min...UInt8.max).map { byte in
        byte > 0x20 && byte < 0x7F && !"\"#<>\\^`{}".utf8.contains(byte)
    }
}

extension UInt8 {
    /// Whether the character means the same encoded or not (RFC 3986 section 2.3).
    var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "-._~".utf8.contains(self)
        }
    }

    /// The value of a hexadecimal digit.
    var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
