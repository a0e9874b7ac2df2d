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

    /// Whether the instance says that it is ready; any trouble is a no.
    func isReady(_ instance: Instance) async -> Bool {
        do {
            let request = HTTPClientRequest(url: "\(instance.address)/health/ready")
            let response = try await self.http.execute(request, timeout: .seconds(1))
            _ = try await response.body.collect(upTo: 64 << 10)
            return response.status == .ok
        } catch {
            return false
        }
    }

    /// Which instances are ready, asked at once.
    func readiness(of instances: [Instance]) async -> [InstanceAddress: Bool] {
        await withTaskGroup(of: (InstanceAddress, Bool).self) { group in
            for instance in instances {
                group.addTask { (instance.address, await self.isReady(instance)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
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
