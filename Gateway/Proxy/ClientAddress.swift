internal import NIOCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Where a request comes from, as far as the gateway believes it.
struct ClientAddress: Sendable {
    /// The address as text, for `X-Forwarded-For` and the access log.
    let text: String
    /// What limits for anonymous callers go by: the address, of IPv6 the /64 that one household or host owns (GW-3).
    let limitKey: String

    /// An address that is not an IP address, like a Unix socket's.
    static let unknown = ClientAddress(text: "unknown", limitKey: "unknown")

    private init(text: String, limitKey: String) {
        self.text = text
        self.limitKey = limitKey
    }

    init(_ address: SocketAddress?) {
        guard let address, let text = address.ipAddress else {
            self = .unknown
            return
        }
        self.init(text: text, limitKey: Self.limitKey(of: IPAddress(text), text: text))
    }

    /// Takes the address from `X-Forwarded-For` if the peer is one of our own proxies.
    ///
    /// From the right, the first address that is not a proxy of ours: everything to the left of it is hearsay (GW-6).
    func resolving(forwardedFor values: [String], trusted: [NetworkRange]) -> ClientAddress {
        guard !trusted.isEmpty, let own = IPAddress(self.text), trusted.contains(where: { $0.contains(own) }) else {
            return self
        }
        for hop in values.joined(separator: ",").split(separator: ",").reversed() {
            let text = String(hop.trimming(while: { $0 == " " }))
            guard !text.contains("%"), let address = IPAddress(text) else { return self }
            if trusted.contains(where: { $0.contains(address) }) { continue }
            return ClientAddress(text: text, limitKey: Self.limitKey(of: address, text: text))
        }
        return self
    }

    private static func limitKey(of address: IPAddress?, text: String) -> String {
        guard let address, address.bytes.count == 16 else { return text }
        return address.bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ".")
    }
}

/// The bytes of an IPv4 or IPv6 address; IPv4 that is mapped into IPv6 is IPv4.
struct IPAddress: Sendable, Hashable {
    let bytes: [UInt8]

    /// Reads an address as inet_pton(3) does; a zone (`%eth0`) is left out.
    init?(_ text: String) {
        let text = String(text.prefix { $0 != "%" })
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.bytes = Array(bytes.prefix(4))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            let isMapped = bytes.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255])
            self.bytes = isMapped ? Array(bytes.suffix(4)) : bytes
        } else {
            return nil
        }
    }
}

/// `10.0.0.0/8`: the addresses that begin alike.
struct NetworkRange: Sendable, Hashable {
    private let bytes: [UInt8]
    private let length: Int

    /// Reads an address, or address/prefix length.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let address = IPAddress(String(first)) else { return nil }
        let bits = address.bytes.count * 8
        guard let length = parts.count == 2 ? Int(parts[1]) : bits, (0...bits).contains(length) else { return nil }
        self.bytes = address.bytes
        self.length = length
    }

    func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == self.bytes.count else { return false }
        for bit in 0..<self.length {
            let mask = UInt8(0x80) >> UInt8(bit & 7)
            if address.bytes[bit >> 3] & mask != self.bytes[bit >> 3] & mask { return false }
        }
        return true
    }
}
