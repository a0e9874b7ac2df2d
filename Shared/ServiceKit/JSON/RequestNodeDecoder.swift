/// The decoder at one place of a document.
final class RequestNodeDecoder: Decoder {
    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    fileprivate let node: JSONNode
    fileprivate let path: String
    fileprivate let decoding: RequestDecoding
    /// The members that the type has asked for; `nil` until it asks for members at all.
    private var requested: Set<String>?

    init(node: JSONNode, path: String, decoding: RequestDecoding) {
        self.node = node
        self.path = path
        self.decoding = decoding
    }

    func container<Key: CodingKey>(keyedBy: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = self.node else {
            self.decoding.refuse(self.path, "must be an object")
            throw StandInMissing()
        }
        if self.requested == nil { self.requested = [] }
        return KeyedDecodingContainer(RequestMembers<Key>(decoder: self, members: members))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        switch self.node {
        case .array(let elements): return RequestElements(decoder: self, elements: elements)
        case .string where self.decoding.source == .query:
            return RequestElements(decoder: self, elements: [self.node])
        default:
            self.decoding.refuse(self.path, "must be an array")
            throw StandInMissing()
        }
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        RequestValue(decoder: self)
    }

    func refuseUnknownMembers() {
        guard self.decoding.source == .body, case .object(let members) = self.node, let requested else { return }
        for name in members.keys where !requested.contains(name) {
            self.decoding.refuse(self.path(of: name), "is not a known field")
        }
    }

    fileprivate func request(_ names: some Sequence<String>) {
        self.requested?.formUnion(names)
    }

    fileprivate func path(of name: String) -> String {
        self.path.isEmpty ? name : "\(self.path).\(name)"
    }

    fileprivate func required<Value: Decodable>(
        _ type: Value.Type,
        from node: JSONNode?,
        at path: String
    ) throws -> Value {
        guard let value = self.decoding.value(type, from: node, at: path) else { throw StandInMissing() }
        return value
    }

    fileprivate func child(_ node: JSONNode?, at path: String) -> RequestNodeDecoder {
        RequestNodeDecoder(node: node ?? .null, path: path, decoding: self.decoding)
    }
}

private struct RequestMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let codingPath: [any CodingKey] = []
    let decoder: RequestNodeDecoder
    let members: [String: JSONNode]

    var allKeys: [Key] {
        self.decoder.request(self.members.keys)
        return self.members.keys.compactMap { Key(stringValue: $0) }
    }

    func contains(_ key: Key) -> Bool {
        self.decoder.request([key.stringValue])
        return self.members[key.stringValue] != nil
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        self.decoder.request([key.stringValue])
        return self.members[key.stringValue] ?? .null == .null
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        self.decoder.request([key.stringValue])
        let path = self.decoder.path(of: key.stringValue)
        return try self.decoder.required(type, from: self.members[key.stringValue], at: path)
    }

    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try self.scalar(type, key) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try self.scalar(type, key) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try self.scalar(type, key) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try self.scalar(type, key) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try self.scalar(type, key) }

    private func scalar<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value {
        try self.decode(type, forKey: key)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try self.superDecoder(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try self.superDecoder(forKey: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { self.decoder }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        self.decoder.request([key.stringValue])
        return self.decoder.child(self.members[key.stringValue], at: self.decoder.path(of: key.stringValue))
    }
}

private struct RequestElements: UnkeyedDecodingContainer {
    let codingPath: [any CodingKey] = []
    let decoder: RequestNodeDecoder
    let elements: [JSONNode]
    var currentIndex = 0

    var count: Int? { self.elements.count }
    var isAtEnd: Bool { self.currentIndex == self.elements.count }

    mutating func decodeNil() throws -> Bool {
        guard !self.isAtEnd, self.elements[self.currentIndex] == .null else { return false }
        self.currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let (element, path) = self.next()
        return try self.decoder.required(type, from: element, at: path)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try self.superDecoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try self.superDecoder().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder {
        let (element, path) = self.next()
        return self.decoder.child(element, at: path)
    }

    private mutating func next() -> (JSONNode?, String) {
        let index = self.currentIndex
        self.currentIndex = min(index + 1, self.elements.count)
        return (index < self.elements.count ? self.elements[index] : nil, "\(self.decoder.path)[\(index)]")
    }
}

private struct RequestValue: SingleValueDecodingContainer {
    let codingPath: [any CodingKey] = []
    let decoder: RequestNodeDecoder

    func decodeNil() -> Bool { self.decoder.node == .null }

    /// A scalar inside a type of its own (an enumeration, an identifier): a wrong one is a mistake of the outer type.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let scalar = type as? any RequestScalar.Type else {
            return try self.decoder.required(type, from: self.decoder.node, at: self.decoder.path)
        }
        let lenient = self.decoder.decoding.source == .query
        guard let value = scalar.read(self.decoder.node, lenient: lenient) as? Value else {
            throw DecodingError.dataCorruptedError(in: self, debugDescription: scalar.expectation)
        }
        return value
    }
}
