public import EventSourcing
internal import FoundationEssentials
internal import TestKit

/// What a server answered.
public struct Answer: Sendable {
    /// The status.
    public let status: Int
    /// The headers, in their order.
    public let headers: [(name: String, value: String)]
    /// The body.
    public let body: [UInt8]

    /// The first header of that name.
    public subscript(header name: String) -> String? {
        self.headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The body as text.
    public var text: String { String(decoding: self.body, as: UTF8.self) }

    /// The body as a document.
    public var json: JSONValue {
        get throws { try JSONDecoder().decode(JSONValue.self, from: Data(self.body)) }
    }

    /// The items of a list.
    public var items: [JSONValue] {
        get throws { try self.json["items"]?.elements ?? [] }
    }

    /// The last part of a problem's type: `urn:repitbot:problem:busy` is `busy`.
    public var problem: String? {
        get throws { try self.json["type"]?.text?.split(separator: ":").last.map(String.init) }
    }

    /// The fields that a problem complains about.
    public var wrongFields: [String] {
        get throws { try self.json["errors"]?.elements?.compactMap { $0["field"]?.text } ?? [] }
    }
}
