internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Speaks HTTP with a server on this machine.
public struct LocalClient: Sendable {
    private let port: Int

    /// A client of whoever listens on a port.
    public init(port: Int) {
        self.port = port
    }

    /// Sends a request and reads the whole answer.
    public func send(
        _ method: String,
        _ path: String,
        headers: [(String, String)] = [],
        bytes: [UInt8]? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(self.port)\(path)")
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let bytes { request.body = .bytes(ByteBuffer(bytes: bytes)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 16 * 1024 * 1024)
        return Answer(
            status: Int(response.status.code),
            headers: response.headers.map { ($0.name, $0.value) },
            body: Array(body.readableBytesView)
        )
    }
}
