internal import EventSourcing
internal import FoundationEssentials

/// Writes `Encodable` values as the platform's JSON.
///
/// Members keep the order in which the type encodes them, and an absent value is written as `null`, so that objects of one
/// kind always have the same members; times are RFC 3339 in UTC and identifiers are lower case, which `JSONEncoder` can not
/// be told for `UUID`.
enum ResponseEncoding {
    static func encode(_ value: some Encodable) throws -> [UInt8] {
        let node = EncodedNode()
        try node.encode(value)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        node.write(to: &bytes)
        return bytes
    }
}

/// One place of the document that is being written.
///
/// A reference: containers fill it in whatever order they like.
private final class EncodedNode {
    private enum Content {
        case null
        /// Ready JSON text.
        case text(String)
        case string(String)
        case array([EncodedNode])
        case object([(String, EncodedNode)])
    }

    private var content = Content.null

    func encode(_ value: some Encodable) throws {
        switch value {
        case let value as String: self.content = .string(value)
        case let value as Int: self.content = .text(String(value))
        case let value as Int64: self.content = .text(String(value))
        case let value as Bool: self.content = .text(value ? "true" : "false")
        case let value as UUID: self.content = .string(value.lowercased)
        case let value as Date: self.content = .string(RFC3339.string(value))
        case let value as Double: try self.encode(number: value)
        default: try value.encode(to: NodeEncoder(node: self))
        }
    }

    func encode(number: Double) throws {
        guard number.isFinite else {
            throw EncodingError.invalidValue(number, .init(codingPath: [], debugDescription: "not finite"))
        }
        self.content = .text(Int64(exactly: number).map { String($0) } ?? String(number))
    }

    func encode(integer: some BinaryInteger) {
        self.content = .text(String(integer))
    }

    func encodeNull() {
        self.content = .null
    }

    func becomeObject() {
        if case .object = self.content { return }
        self.content = .object([])
    }

    func becomeArray() {
        if case .array = self.content { return }
        self.content = .array([])
    }

    var count: Int {
        guard case .array(let elements) = self.content else { return 0 }
        return elements.count
    }

    func member(_ name: String) -> EncodedNode {
        let node = EncodedNode()
        guard case .object(var members) = self.content else { return node }
        self.content = .null
        members.append((name, node))
        self.content = .object(members)
        return node
    }

    func element() -> EncodedNode {
        let node = EncodedNode()
        guard case .array(var elements) = self.content else { return node }
        self.content = .null
        elements.append(node)
        self.content = .array(elements)
        return node
    }

    func write(to bytes: inout [UInt8]) {
        switch self.content {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .text(let text): bytes.append(contentsOf: text.utf8)
        case .string(let string): JSONText.append(string, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, (name, member)) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONText.append(name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}

private struct NodeEncoder: Encoder {
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]
    let node: EncodedNode

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        self.node.becomeObject()
        return KeyedEncodingContainer(Members(node: self.node))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        self.node.becomeArray()
        return Elements(node: self.node)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Value(node: self.node) }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let codingPath: [any CodingKey] = []
    let node: EncodedNode

    func encodeNil(forKey key: Key) { self.node.member(key.stringValue).encodeNull() }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        try self.node.member(key.stringValue).encode(value)
    }

    // What is absent is written as null. The protocol asks for each scalar by itself.
    func encodeIfPresent(_ value: (some Encodable)?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try self.encode(value, forKey: key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try self.encode(value, forKey: key) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        NodeEncoder(node: self.node.member(key.stringValue)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        NodeEncoder(node: self.node.member(key.stringValue)).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { NodeEncoder(node: self.node) }

    func superEncoder(forKey key: Key) -> any Encoder { NodeEncoder(node: self.node.member(key.stringValue)) }
}

private struct Elements: UnkeyedEncodingContainer {
    let codingPath: [any CodingKey] = []
    let node: EncodedNode

    var count: Int { self.node.count }

    func encodeNil() { self.node.element().encodeNull() }

    func encode(_ value: some Encodable) throws { try self.node.element().encode(value) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        NodeEncoder(node: self.node.element()).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        NodeEncoder(node: self.node.element()).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { NodeEncoder(node: self.node.element()) }
}

private struct Value: SingleValueEncodingContainer {
    let codingPath: [any CodingKey] = []
    let node: EncodedNode

    func encodeNil() { self.node.encodeNull() }
    func encode(_ value: Bool) throws { try self.node.encode(value) }
    func encode(_ value: String) throws { try self.node.encode(value) }
    func encode(_ value: Double) throws { try self.node.encode(number: value) }
    func encode(_ value: Float) throws { try self.node.encode(number: Double(value)) }
    func encode(_ value: Int) { self.node.encode(integer: value) }
    func encode(_ value: Int8) { self.node.encode(integer: value) }
    func encode(_ value: Int16) { self.node.encode(integer: value) }
    func encode(_ value: Int32) { self.node.encode(integer: value) }
    func encode(_ value: Int64) { self.node.encode(integer: value) }
    func encode(_ value: UInt) { self.node.encode(integer: value) }
    func encode(_ value: UInt8) { self.node.encode(integer: value) }
    func encode(_ value: UInt16) { self.node.encode(integer: value) }
    func encode(_ value: UInt32) { self.node.encode(integer: value) }
    func encode(_ value: UInt64) { self.node.encode(integer: value) }
    func encode(_ value: some Encodable) throws { try self.node.encode(value) }
}
