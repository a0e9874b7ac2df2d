internal import EventSourcing
internal import FoundationEssentials
internal import ServiceKit
internal import TestKit

/// What a service promises in its `openapi.yaml`.
public struct Contract: Sendable {
    /// The operations.
    public let operations: Set<String>
    private let document: JSONValue

    /// Reads the document.
    public init(_ openAPI: [UInt8]) throws {
        let document = try OpenAPIDocument(yaml: String(decoding: openAPI, as: UTF8.self))
        self.operations = document.operations
        self.document = try JSONDecoder().decode(JSONValue.self, from: Data(document.json.utf8))
    }

    /// The members that objects of a kind always have.
    public func members(of schema: String) -> Set<String>? {
        self.document["components"]?["schemas"]?[schema]?["required"]?.elements.map { Set($0.compactMap(\.text)) }
    }
}
