internal import EventSourcing
internal import FoundationEssentials

/// A type that is one JSON scalar on the wire.
protocol RequestScalar: Sendable {
    /// What clients are told that it must be.
    static var expectation: String { get }

    /// Reads a scalar.
    ///
    /// - Parameter lenient: Whether numbers and booleans may come as text, as they do in a query.
    static func read(_ node: JSONNode, lenient: Bool) -> Self?
}

extension String: RequestScalar {
    static var expectation: String { "a string" }

    static func read(_ node: JSONNode, lenient: Bool) -> String? {
        guard case .string(let text) = node else { return nil }
        return text
    }
}

extension Bool: RequestScalar {
    static var expectation: String { "true or false" }

    static func read(_ node: JSONNode, lenient: Bool) -> Bool? {
        switch node {
        case .bool(let value): value
        case .string("true") where lenient: true
        case .string("false") where lenient: false
        default: nil
        }
    }
}

extension JSONNode {
    fileprivate func numberText(lenient: Bool) -> String? {
        switch self {
        case .number(let text): text
        case .string(let text) where lenient: text
        default: nil
        }
    }

    /// `3`, but also `3.0` and `3e0`: JSON knows only one kind of number.
    fileprivate func integer<Integer: FixedWidthInteger>(lenient: Bool) -> Integer? {
        guard let text = self.numberText(lenient: lenient) else { return nil }
        if let integer = Integer(text) { return integer }
        // Beyond 2^53 a Double no longer says which integer was meant.
        guard let number = Double(text), abs(number) <= 9_007_199_254_740_992 else { return nil }
        return Integer(exactly: number)
    }
}

extension Int: RequestScalar {
    static var expectation: String { "a whole number" }

    static func read(_ node: JSONNode, lenient: Bool) -> Int? { node.integer(lenient: lenient) }
}

extension Int64: RequestScalar {
    static var expectation: String { "a whole number" }

    static func read(_ node: JSONNode, lenient: Bool) -> Int64? { node.integer(lenient: lenient) }
}

extension Double: RequestScalar {
    static var expectation: String { "a number" }

    static func read(_ node: JSONNode, lenient: Bool) -> Double? {
        guard let text = node.numberText(lenient: lenient), let number = Double(text), number.isFinite else {
            return nil
        }
        return number
    }
}

extension UUID: RequestScalar {
    static var expectation: String { "a UUID" }

    static func read(_ node: JSONNode, lenient: Bool) -> UUID? {
        guard case .string(let text) = node else { return nil }
        return UUID(uuidString: text)
    }
}

extension Date: RequestScalar {
    static var expectation: String { "a time such as 2026-03-01T15:00:00Z" }

    static func read(_ node: JSONNode, lenient: Bool) -> Date? {
        guard case .string(let text) = node else { return nil }
        return RFC3339.date(text)
    }
}
