internal import AsyncHTTPClient
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
    func health(of instance: Instance) async -> Health {
        do {
            let request = HTTPClientRequest(url: "\(instance.address)/health/ready")
            let response = try await self.http.execute(request, timeout: .seconds(1))
            _ = try await response.body.collect(upTo: 64 << 10)
            return response.status == .ok ? .ready : .notReady
        } catch let error as HTTPClientError where [.deadlineExceeded, .readTimeout, .connectTimeout].contains(error) {
            return .silent
        } catch {
            return .notReady
        }
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
