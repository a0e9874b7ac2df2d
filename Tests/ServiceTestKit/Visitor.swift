public import EventSourcing
public import FoundationEssentials
internal import TestKit

/// Somebody who uses a service.
public struct Visitor: Sendable {
    /// Who it is.
    public let id: UUID
    /// The access token; `nil` for somebody who is not logged in.
    public let token: String?
    private let client: LocalClient

    /// Somebody with or without a token.
    public init(_ client: LocalClient, id: UUID = .version7(), token: String? = nil) {
        self.id = id
        self.token = token
        self.client = client
    }

    /// The identity as it is written in JSON.
    public var name: String { self.id.lowercased }

    /// Sends a request.
    public func send(
        _ method: String,
        _ path: String,
        _ body: JSONValue? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        var all = headers
        if let token { all.append(("Authorization", "Bearer \(token)")) }
        if body != nil { all.append(("Content-Type", "application/json")) }
        return try await self.client.send(method, path, headers: all, bytes: try body?.encoded())
    }

    /// Reads.
    public func get(_ path: String, headers: [(String, String)] = []) async throws -> Answer {
        try await self.send("GET", path, headers: headers)
    }

    /// Creates, or does something.
    public func post(_ path: String, _ body: JSONValue? = nil, headers: [(String, String)] = []) async throws -> Answer
    {
        try await self.send("POST", path, body, headers: headers)
    }

    /// Changes.
    public func patch(_ path: String, _ body: JSONValue, headers: [(String, String)] = []) async throws -> Answer {
        try await self.send("PATCH", path, body, headers: headers)
    }

    /// Reads a list page by page until there is no more.
    ///
    /// - Parameter path: With a query, because the cursor is added to it.
    public func getAll(_ path: String) async throws -> [JSONValue] {
        var (items, cursor): ([JSONValue], String?) = ([], nil)
        repeat {
            let page = try await self.get(path + (cursor.map { "&cursor=\($0)" } ?? ""))
            items += try page.items
            cursor = try page.json["next_cursor"]?.text
        } while cursor != nil
        return items
    }
}
