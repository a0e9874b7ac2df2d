public import FoundationEssentials

// Foundation writes identifiers in upper case; the platform's wire format says lower case. Members of payloads are encoded
// by these overloads, because the compiler prefers them to the generic method when it synthesizes `encode(to:)`. A file that
// declares payloads imports EventSourcing, and so gets them; golden files show the case.
extension KeyedEncodingContainer {
    /// Writes an identifier in lower case.
    public mutating func encode(_ value: UUID, forKey key: Key) throws {
        try self.encode(value.lowercased, forKey: key)
    }

    /// Writes an identifier in lower case, or nothing.
    public mutating func encodeIfPresent(_ value: UUID?, forKey key: Key) throws {
        try self.encodeIfPresent(value?.lowercased, forKey: key)
    }

    /// Writes identifiers in lower case.
    public mutating func encode(_ value: [UUID], forKey key: Key) throws {
        try self.encode(value.map(\.lowercased), forKey: key)
    }
}
