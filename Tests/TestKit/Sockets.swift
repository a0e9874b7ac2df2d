#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A system call that failed.
struct SystemError: Error, CustomStringConvertible {
    let description: String

    /// Describes the failure that `errno` reports.
    init(_ call: String) {
        self.description = "\(call): \(String(cString: strerror(errno)))"
    }
}

/// Finds a port on which nobody listens, and which the system gives to nobody's outgoing connection while the server it
/// is meant for is being restarted (ip(7), `ip_local_port_range`: from 32768 on).
///
/// - Returns: The port, on 127.0.0.1.
/// - Throws: When there is none.
public func freeServerPort() throws -> Int {
    for _ in 0..<100 {
        if let (socket, port) = try? listenLocally(port: Int.random(in: 20_000..<32_000)) {
            close(socket)
            return port
        }
    }
    throw SystemError("bind")
}

/// A socket that no child process inherits: a server that another test starts would hold its port.
private func streamSocket() -> Int32 {
    socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
}

/// Listens on a port of 127.0.0.1; 0 for any that is free.
func listenLocally(port: Int = 0) throws -> (socket: Int32, port: Int) {
    let descriptor = streamSocket()
    guard descriptor >= 0 else { throw SystemError("socket") }
    var address = localAddress(port: port)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withSocketAddress(&address) { bind(descriptor, $0, size) == 0 }
    guard isBound, listen(descriptor, 128) == 0 else {
        defer { close(descriptor) }
        throw SystemError("bind")
    }
    var length = size
    guard withSocketAddress(&address, { getsockname(descriptor, $0, &length) == 0 }) else {
        defer { close(descriptor) }
        throw SystemError("getsockname")
    }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
}

/// Connects to a port of 127.0.0.1.
func connectLocally(port: Int) throws -> Int32 {
    let descriptor = streamSocket()
    guard descriptor >= 0 else { throw SystemError("socket") }
    var address = localAddress(port: port)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    guard withSocketAddress(&address, { connect(descriptor, $0, size) == 0 }) else {
        defer { close(descriptor) }
        throw SystemError("connect")
    }
    return descriptor
}

private func localAddress(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    address.sin_addr = in_addr(s_addr: UInt32(0x7f00_0001).bigEndian)
    return address
}

private func withSocketAddress<R>(
    _ address: inout sockaddr_in,
    _ body: (UnsafeMutablePointer<sockaddr>) -> R
) -> R {
    withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
    }
}
