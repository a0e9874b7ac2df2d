/// The prepared statements of one connection.
///
/// Every statement gets a name that is never used again, so a statement that was forgotten here and still exists on the server
/// does no harm. Eviction happens between transactions only: inside a failed one, DEALLOCATE would be refused.
struct StatementCache {
    struct Key: Hashable {
        let text: String
        let types: [PostgresType]
    }

    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var uses: UInt64 = 0
    private var names: UInt64 = 0

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var count: Int { self.entries.count }

    /// The name under which the statement is prepared.
    mutating func name(for key: Key) -> String? {
        guard let index = self.entries.index(forKey: key) else { return nil }
        self.uses += 1
        self.entries.values[index].lastUse = self.uses
        return self.entries.values[index].name
    }

    /// A new name for a statement that is about to be prepared.
    mutating func insert(_ key: Key) -> String {
        self.names += 1
        self.uses += 1
        let name = "s\(self.names)"
        self.entries[key] = Entry(name: name, lastUse: self.uses)
        return name
    }

    /// Forgets a statement that could not be prepared.
    mutating func remove(_ key: Key) {
        self.entries[key] = nil
    }

    /// Forgets all statements.
    mutating func removeAll() {
        self.entries.removeAll()
    }

    /// Forgets the statements that were not used for the longest time, if there are too many; returns their names.
    ///
    /// A quarter at once, so that a program with more statements than fit does not pay on every return.
    mutating func evict() -> [String] {
        guard self.entries.count > self.capacity else { return [] }
        let surplus = self.entries.count - self.capacity * 3 / 4
        let oldest = self.entries.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(surplus)
        for (key, _) in oldest { self.entries[key] = nil }
        return oldest.map(\.value.name)
    }
}
