/// Finds the place of a path among others: a tree of segments, walked once over the path's bytes.
struct RouteTree: Sendable {
    private struct Node: Sendable {
        var literals: [(name: [UInt8], node: Int)] = []
        var wildcard: Int?
        var value: Int?
    }

    private var nodes = [Node()]

    /// Enters a path; `*` stands for any one segment.
    ///
    /// - Parameters:
    ///   - path: Begins with a slash and does not end with one.
    ///   - value: What ``value(for:)`` finds there, and below where nothing else was entered.
    /// - Returns: Whether the path is new.
    mutating func insert(_ path: String, _ value: Int) -> Bool {
        var node = 0
        for segment in path.split(separator: "/") { node = self.child(of: node, segment) }
        guard self.nodes[node].value == nil else { return false }
        self.nodes[node].value = value
        return true
    }

    /// The value of the longest path that the target begins with; of two as long, the one with a literal segment where they
    /// part.
    func value(for target: UnsafeBufferPointer<UInt8>) -> Int? {
        self.find(0, target, from: 0, depth: 0)?.value
    }

    private mutating func child(of node: Int, _ segment: Substring) -> Int {
        let name = Array(segment.utf8)
        let known =
            segment == "*"
            ? self.nodes[node].wildcard : self.nodes[node].literals.first { $0.name == name }?.node
        if let known { return known }
        let child = self.nodes.count
        self.nodes.append(Node())
        if segment == "*" {
            self.nodes[node].wildcard = child
        } else {
            self.nodes[node].literals.append((name, child))
        }
        return child
    }

    private func find(
        _ index: Int,
        _ target: UnsafeBufferPointer<UInt8>,
        from slash: Int,
        depth: Int
    ) -> (value: Int, depth: Int)? {
        let node = self.nodes[index]
        let own = node.value.map { (value: $0, depth: depth) }
        guard slash < target.count, target[slash] == UInt8(ascii: "/") else { return own }
        let start = slash + 1
        var end = start
        while end < target.count, target[end] != UInt8(ascii: "/"), target[end] != UInt8(ascii: "?") { end += 1 }
        var best = own
        for literal in node.literals where literal.name.count == end - start {
            guard target[start..<end].elementsEqual(literal.name) else { continue }
            best = self.find(literal.node, target, from: end, depth: depth + 1) ?? best
        }
        if let wildcard = node.wildcard, end > start,
            let found = self.find(wildcard, target, from: end, depth: depth + 1), found.depth > best?.depth ?? -1
        {
            best = found
        }
        return best
    }
}
