/// `10.0.0.0/8`: the addresses that begin alike.
struct NetworkRange: Sendable, Hashable {
    /// What no router of the internet passes on: loopback, link-local, and the networks of RFC 1918 and RFC 4193.
    static let privateNetworks = [
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128", "fc00::/7",
        "fe80::/10",
    ]

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
