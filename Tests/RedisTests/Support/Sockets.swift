import Foundation

/// The few socket calls that the tests need, on the loopback interface.
struct Socket: Sendable {
    let descriptor: Int32

    struct Failure: Error {
        let code = errno
    }

    /// A socket that listens on a port of the system's choice.
    static func listening() throws -> Socket {
        let socket = try Socket(descriptor: open())
        try socket.call(bind)
        guard listen(socket.descriptor, 128) == 0 else { throw Failure() }
        return socket
    }

    /// A socket that is connected to a port.
    static func connected(to port: Int) throws -> Socket {
        let socket = try Socket(descriptor: open())
        try socket.call(connect, port: port)
        return socket
    }

    var port: Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(self.descriptor, $0, &length) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func open() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure() }
        return descriptor
    }

    private func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32,
        port: Int = 0
    ) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(self.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw Failure() }
    }
}

/// A port that was free a moment ago.
func freePort() throws -> Int {
    let socket = try Socket.listening()
    defer { close(socket.descriptor) }
    return socket.port
}
