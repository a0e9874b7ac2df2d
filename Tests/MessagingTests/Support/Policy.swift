import Foundation
import FoundationNetworking
import TestKit
import Testing

extension World {
    /// Sets a policy for the queues of this world while `body` works.
    ///
    /// - Parameters:
    ///   - pattern: What follows the prefix in the names of the queues.
    ///   - definition: Keys of RabbitMQ's policies.
    func withPolicy(
        _ pattern: String,
        _ definition: [String: PolicyValue],
        _ body: () async throws -> Void
    ) async throws {
        let policy = Policy(
            pattern: "^" + self.prefix.replacing(".", with: "\\.") + pattern,
            definition: definition,
            priority: 10,
            applyTo: "queues"
        )
        try await self.manage("PUT", try JSONEncoder().encode(policy))
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body())
        } catch {
            outcome = .failure(error)
        }
        try await self.manage("DELETE", nil)
        try outcome.get()
    }

    private func manage(_ method: String, _ body: Data?) async throws {
        let url = try TestServers.url("TEST_RABBITMQ_MANAGEMENT_URL").appending(path: "api/policies")
        // The name of the virtual host is a slash, which must stay escaped.
        var request = URLRequest(url: try #require(URL(string: "\(url.absoluteString)/%2F/\(self.prefix)")))
        request.httpMethod = method
        request.httpBody = body
        let credentials = Data("\(url.user() ?? ""):\(url.password() ?? "")".utf8).base64EncodedString()
        request.setValue("Basic \(credentials)", forHTTPHeaderField: "Authorization")
        let (_, response) = try await URLSession.shared.data(for: request)
        let status = try #require(response as? HTTPURLResponse).statusCode
        try #require((200..<300).contains(status), "\(method) of a policy: \(status)")
    }
}

private struct Policy: Encodable {
    let pattern: String
    let definition: [String: PolicyValue]
    let priority: Int
    let applyTo: String

    enum CodingKeys: String, CodingKey {
        case pattern, definition, priority
        case applyTo = "apply-to"
    }
}

/// A value in a policy's definition.
enum PolicyValue: Encodable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case text(String)
    case number(Int)

    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .number(value) }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        }
    }
}
