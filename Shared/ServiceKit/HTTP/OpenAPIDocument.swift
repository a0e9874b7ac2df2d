internal import Yams

/// The contract of a service's HTTP face: an OpenAPI document, written as YAML.
public struct OpenAPIDocument: Sendable {
    /// The document as it was written.
    public let yaml: String
    /// The same as JSON.
    public let json: String
    /// What the document describes, such as `GET /api/v1/lessons/{id}`.
    ///
    /// A test holds it against the route table.
    public let operations: Set<String>

    /// Reads a document.
    ///
    /// - Throws: What is wrong with the YAML.
    public init(yaml: String) throws {
        guard let root = try Yams.compose(yaml: yaml) else { throw OpenAPIDocumentError.empty }
        self.yaml = yaml
        self.json = String(decoding: try ResponseEncoding.encode(YAMLValue(node: root)), as: UTF8.self)
        self.operations = Self.operations(root)
    }

    private static func operations(_ root: Node) -> Set<String> {
        var operations: Set<String> = []
        for (path, item) in root["paths"]?.mapping ?? [:] {
            for (key, _) in item.mapping ?? [:] {
                guard let path = path.string, let method = key.string.flatMap({ Method(rawValue: $0.uppercased()) })
                else {
                    continue
                }
                operations.insert("\(method.rawValue) \(path)")
            }
        }
        return operations
    }
}

/// Why a text is not an OpenAPI document.
enum OpenAPIDocumentError: Error {
    case empty
}

/// A YAML node as JSON, members in the order of writing.
private struct YAMLValue: Encodable {
    let node: Node

    func encode(to encoder: any Encoder) throws {
        switch self.node {
        case .mapping(let mapping):
            var container = encoder.container(keyedBy: YAMLKey.self)
            for (key, value) in mapping {
                try container.encode(YAMLValue(node: value), forKey: YAMLKey(stringValue: key.string ?? ""))
            }
        case .sequence(let sequence):
            var container = encoder.unkeyedContainer()
            for value in sequence { try container.encode(YAMLValue(node: value)) }
        case .scalar(let scalar):
            var container = encoder.singleValueContainer()
            // The core schema of YAML 1.2; a quoted scalar is always a string.
            if scalar.style != .plain && scalar.style != .any {
                try container.encode(scalar.string)
            } else if self.node.null != nil {
                try container.encodeNil()
            } else if let value = self.node.bool, ["true", "false"].contains(scalar.string) {
                try container.encode(value)
            } else if let value = self.node.int {
                try container.encode(value)
            } else if let value = self.node.float, value.isFinite {
                try container.encode(value)
            } else {
                try container.encode(scalar.string)
            }
        case .alias:
            throw OpenAPIDocumentError.empty
        }
    }
}

private struct YAMLKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}
