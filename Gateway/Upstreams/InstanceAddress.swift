/// `http://host:port` in its parts.
struct InstanceAddress: Sendable, Hashable, CustomStringConvertible {
    let host: String
    let port: Int

    /// Reads `http://host:port`; `nil` for anything else: the gateway speaks plain HTTP to its own network.
    init?(url: String) {
        guard url.hasPrefix("http://") else { return nil }
        var authority = url.dropFirst("http://".count)
        if authority.last == "/" { authority = authority.dropLast() }
        guard let colon = authority.lastIndex(of: ":"), let port = Int(authority[authority.index(after: colon)...]),
            (1...65535).contains(port), colon > authority.startIndex
        else { return nil }
        let host = authority[..<colon]
        guard !host.contains(where: { "/?#@ ".contains($0) }) else { return nil }
        self.host = host.first == "[" && host.last == "]" ? String(host.dropFirst().dropLast()) : String(host)
        self.port = port
    }

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Whether the host is a name that may stand for several instances, and for others tomorrow; `localhost` is always this
    /// machine.
    var needsResolving: Bool { self.host != "localhost" && IPAddress(self.host) == nil }

    /// `host:port`, as it stands in a Host header.
    var authority: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }

    /// The URL it was made from.
    var description: String { "http://\(self.authority)" }
}
