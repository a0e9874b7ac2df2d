internal import Yams

/// Reads what people have written as YAML, as strictly as what clients send as JSON: unknown and missing members, wrong
/// types and keys that come twice are mistakes, and all are found in one pass.
public enum YAMLDocument {
    /// Decodes a document.
    ///
    /// - Throws: A ``Problem`` whose ``Problem/errors`` name every place that is wrong.
    public static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws(Problem) -> Value {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw Problem.invalid("yaml", "\(error)")
        }
        guard let root, let node = JSONNode(root) else { throw Problem.invalid("yaml", "holds nothing that is read") }
        return try RequestDecoding.decode(type, from: node, source: .body)
    }
}

extension JSONNode {
    /// A YAML node by the core schema of YAML 1.2; `nil` for an alias that leads nowhere.
    init?(_ node: Node) {
        switch node {
        case .mapping(let mapping):
            var members: [String: JSONNode] = [:]
            for (key, value) in mapping {
                guard let name = key.string, let value = JSONNode(value) else { return nil }
                members[name] = value
            }
            self = .object(members)
        case .sequence(let sequence):
            let values = sequence.compactMap { JSONNode($0) }
            guard values.count == sequence.count else { return nil }
            self = .array(values)
        case .scalar(let scalar):
            self = Self.scalar(scalar, node)
        case .alias:
            return nil
        }
    }

    private static func scalar(_ scalar: Node.Scalar, _ node: Node) -> JSONNode {
        // A quoted scalar is always a string.
        guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
        if node.null != nil { return .null }
        if scalar.string == "true" || scalar.string == "false" { return .bool(scalar.string == "true") }
        if node.int != nil { return .number(scalar.string) }
        if let number = node.float, number.isFinite { return .number(scalar.string) }
        return .string(scalar.string)
    }
}
