internal import AsyncHTTPClient
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1

/// Asks the services what the gateway itself wants to know.
///
/// Not for what clients ask: that is proxied.
struct InternalClient: Sendable {
    private let http: HTTPClient
    private let key: String

    /// Uses the process's HTTP client.
    ///
    /// - Parameter key: The secret that opens `/internal/…` on every service.
    init(key: String, http: HTTPClient = .shared) {
        self.http = http
        self.key = key
    }

    /// What the instance says about its readiness.
    func health(of instance: Instance) async -> InstanceHealth {
        do {
            let request = HTTPClientRequest(url: "\(instance.address)/health/ready")
            let response = try await self.http.execute(request, timeout: .seconds(1))
            let body = try await response.body.collect(upTo: 64 << 10)
            if response.status == .ok { return .ready }
            return Self.isStopping(body) ? .draining : .unavailable
        } catch {
            // Refused, broken or too late: the monitor logs the change.
            return .unavailable
        }
    }

    private static func isStopping(_ body: ByteBuffer) -> Bool {
        struct Readiness: Decodable {
            let status: String
        }
        let readiness = try? JSONDecoder().decode(Readiness.self, from: Data(body.readableBytesView))
        return readiness?.status == "stopping"
    }

    /// The body of a page.
    ///
    /// - Parameters:
    ///   - url: Where.
    ///   - isInternal: Whether it is for the platform only; only then, and so only to our own services, goes the key along.
    /// - Throws: ``Refusal`` if the status is not 200.
    func page(url: String, isInternal: Bool = false) async throws -> ByteBuffer {
        var request = HTTPClientRequest(url: url)
        if isInternal { request.headers.add(name: "X-Internal-Key", value: self.key) }
        let response = try await self.http.execute(request, timeout: .seconds(3))
        let body = try await response.body.collect(upTo: 4 << 20)
        guard response.status == .ok else { throw Refusal(status: Int(response.status.code), url: url) }
        return body
    }

    /// Somebody did not give what the gateway asked for.
    struct Refusal: Error, CustomStringConvertible {
        let status: Int
        let url: String

        var description: String { "\(self.url) answered \(self.status)" }
    }

    /// The body of a service's internal page, if its status is 200.
    func page(
        _ path: String,
        of instance: Instance,
        correlationID: String,
        traceParent: String
    ) async throws -> ByteBuffer? {
        var request = HTTPClientRequest(url: "\(instance.address)\(path)")
        request.headers.add(name: "X-Internal-Key", value: self.key)
        request.headers.add(name: "X-Correlation-ID", value: correlationID)
        request.headers.add(name: "traceparent", value: traceParent)
        let response = try await self.http.execute(request, timeout: .seconds(3))
        let body = try await response.body.collect(upTo: 16 << 20)
        return response.status == .ok ? body : nil
    }
}
