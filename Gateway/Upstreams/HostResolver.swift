internal import NIOPosix

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Asks the system's resolver what a host name stands for: `/etc/hosts`, DNS, whatever nsswitch.conf(5) says.
struct HostResolver: Sendable {
    /// Why a name has no address: what gai_strerror(3) says.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let lookUp: @Sendable (String) async throws -> [IPAddress]

    /// - Parameter lookUp: Finds the addresses of a name; tests know names of their own.
    init(lookUp: @escaping @Sendable (String) async throws -> [IPAddress] = HostResolver.system) {
        self.lookUp = lookUp
    }

    /// The addresses behind an address with a name, in order.
    ///
    /// A name that has IPv4 addresses stands for those only: the IPv6 addresses belong to the same processes.
    func addresses(of address: InstanceAddress) async throws -> [InstanceAddress] {
        let found = Set(try await self.lookUp(address.host))
        let preferred = found.contains { $0.bytes.count == 4 } ? found.filter { $0.bytes.count == 4 } : found
        guard !preferred.isEmpty else { throw Failure(description: "no address") }
        return preferred.map { InstanceAddress(host: $0.description, port: address.port) }.sorted { $0.host < $1.host }
    }

    /// getaddrinfo(3), on a thread that may wait.
    @Sendable
    private static func system(_ host: String) async throws -> [IPAddress] {
        try await NIOThreadPool.singleton.runIfActive {
            var hints = addrinfo()
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
            var list: UnsafeMutablePointer<addrinfo>?
            let code = getaddrinfo(host, nil, &hints, &list)
            guard code == 0 else { throw Failure(description: String(cString: gai_strerror(code))) }
            defer { freeaddrinfo(list) }
            return sequence(first: list) { $0?.pointee.ai_next }.prefix { $0 != nil }.compactMap { entry in
                guard let entry else { return nil }
                var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
                let length = socklen_t(text.count)
                let info = entry.pointee
                guard getnameinfo(info.ai_addr, info.ai_addrlen, &text, length, nil, 0, NI_NUMERICHOST) == 0 else {
                    return nil
                }
                return IPAddress(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
        }
    }
}
