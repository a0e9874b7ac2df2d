internal import NIOCore

/// Where a request comes from, as far as the gateway believes it.
struct ClientAddress: Sendable {
    /// The address as text, for `X-Forwarded-For` and the access log.
    let text: String
    /// What limits for anonymous callers go by: the address, of IPv6 the /64 that one household or host owns.
    let limitKey: String
    /// `nil` for what is no IP address, like a Unix socket's.
    private let address: IPAddress?
    /// Whether somebody who is no proxy of ours says that it passes on what others ask.
    private var isHearsay = false

    private init(text: String, address: IPAddress?) {
        self.text = text
        self.address = address
        self.limitKey = address?.prefix(bytes: 8) ?? text
    }

    init(_ address: SocketAddress?) {
        let text = address?.ipAddress
        self.init(text: text ?? "unknown", address: text.flatMap { IPAddress($0) })
    }

    /// Of IPv6 the /48: what one customer of a provider may own, 65,536 households to guess from.
    var site: String? { self.address?.prefix(bytes: 6) }

    /// Whether it is in one of these networks, and really where the request was made.
    func isInside(_ networks: [NetworkRange]) -> Bool { !self.isHearsay && self.isAmong(networks) }

    func isAmong(_ ranges: [NetworkRange]) -> Bool {
        guard !ranges.isEmpty, let address else { return false }
        return ranges.contains { $0.contains(address) }
    }

    /// Takes the address from `X-Forwarded-For` if the peer is one of our own proxies.
    ///
    /// From the right, the first address that is not a proxy of ours: everything to the left of it is what anybody may
    /// have written.
    func resolving(forwardedFor values: [String], trusted: [NetworkRange]) -> ClientAddress {
        var unresolved = self
        unresolved.isHearsay = true
        guard self.isAmong(trusted) else { return unresolved }
        for hop in values.joined(separator: ",").split(separator: ",").reversed() {
            let text = String(hop.trimming(while: { $0 == " " }))
            guard !text.contains("%"), let address = IPAddress(text) else { return unresolved }
            let client = ClientAddress(text: text, address: address)
            if !client.isAmong(trusted) { return client }
        }
        return self
    }
}
