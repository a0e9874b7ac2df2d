import AsyncHTTPClient
import EventSourcing
import Foundation
import NIOCore
import NIOHTTP1
import TestKit

/// A client of the platform: one person, one address.
struct Client: Sendable {
    /// An answer, whatever its status.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: String

        /// Whether it is what an earlier request with the same key was answered.
        var isReplayed: Bool { self.headers.first(name: "Idempotent-Replayed") == "true" }

        /// The body as JSON; `null` when it is none.
        var json: JSONValue {
            (try? JSONDecoder().decode(JSONValue.self, from: Data(self.body.utf8))) ?? .null
        }
    }

    let base: String
    /// Who asks.
    var token: String?

    /// Sends a request.
    ///
    /// - Parameters:
    ///   - key: Under which it may be repeated.
    ///   - correlation: What its events are to be found by.
    ///   - headers: Further headers.
    ///   - limit: How long to wait for the answer.
    /// - Throws: When there is no answer.
    func call(
        _ method: String,
        _ path: String,
        _ body: JSONValue? = nil,
        key: String? = nil,
        correlation: String? = nil,
        headers: [String: String] = [:],
        within limit: TimeAmount = .seconds(20)
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: self.base + path)
        request.method = HTTPMethod(rawValue: method)
        request.headers.add(name: "Accept-Language", value: "ru")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let key { request.headers.add(name: "Idempotency-Key", value: key) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let correlation { request.headers.add(name: "X-Correlation-ID", value: correlation) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            // A repetition under the same key has to be the same to the last byte.
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            request.body = .bytes(ByteBuffer(bytes: try encoder.encode(body)))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: limit)
        return Answer(
            status: Int(response.status.code),
            headers: response.headers,
            body: String(buffer: try await response.body.collect(upTo: 1 << 20))
        )
    }

    /// The status of an answer; 0 when there is none.
    func status(of path: String) async -> Int {
        (try? await self.call("GET", path, within: .seconds(5)).status) ?? 0
    }
}

extension JSONValue {
    var count: Int? { if case .integer(let value) = self { Int(value) } else { nil } }
    var list: [JSONValue] { if case .array(let values) = self { values } else { [] } }
}
