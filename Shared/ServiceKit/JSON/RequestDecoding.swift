internal import FoundationEssentials

/// Turns what a client sent into a `Decodable` value, and finds all mistakes in one pass.
///
/// Where a member is missing or wrong, the mistake is noted and a stand-in takes its place, so that decoding goes on;
/// a value is returned only when no mistake was noted. Members that the type never asked for are unknown fields.
final class RequestDecoding {
    /// How the document came to us.
    enum Source {
        /// A JSON body: every scalar has its own JSON type, unknown members are mistakes.
        case body
        /// Something with members that are none of our business, such as the claims of a token.
        case tolerantBody
        /// A query: scalars are text, a list is a parameter given more than once, unknown parameters are ignored.
        case query
    }

    let source: Source
    private(set) var errors = FieldErrors()
    /// The places of the errors.
    private var refused: Set<String> = []

    private init(source: Source) {
        self.source = source
    }

    /// Decodes a document.
    ///
    /// - Throws: A 400 ``Problem`` that names every field that is wrong.
    static func decode<Value: Decodable>(
        _ type: Value.Type,
        from node: JSONNode,
        source: Source
    ) throws(Problem) -> Value {
        let decoding = RequestDecoding(source: source)
        let value = decoding.value(type, from: node, at: "")
        guard decoding.errors.isEmpty, let value else {
            var problem = decoding.errors.problem
            problem.errors.sort { $0.field < $1.field }
            throw problem
        }
        return value
    }

    func refuse(_ path: @autoclosure () -> String, _ message: @autoclosure () -> String) {
        // What is not told need not be worked out: the number of mistakes is the client's choice.
        guard !self.errors.isFull else { return self.errors.skip() }
        let path = path().clipped
        // One mistake per field: the first says most.
        if self.refused.insert(path).inserted { self.errors.add(path, message()) }
    }

    /// The value at a place, a stand-in for it when it is wrong, or `nil` when there is no stand-in either.
    func value<Value: Decodable>(_ type: Value.Type, from node: JSONNode?, at path: String) -> Value? {
        guard let node, node != .null || type is any OptionalValue.Type else {
            self.refuse(path, "is required")
            return standIn(for: type)
        }
        if let scalar = type as? any RequestScalar.Type {
            if let value = scalar.read(node, lenient: self.source == .query) as? Value { return value }
            self.refuse(path, "must be \(scalar.expectation)")
            return standIn(for: type)
        }
        let decoder = RequestNodeDecoder(node: node, path: path, decoding: self)
        do {
            let value = try type.init(from: decoder)
            decoder.refuseUnknownMembers()
            return value
        } catch is StandInMissing {
            return standIn(for: type)
        } catch {
            self.refuse(path, Self.message(for: type))
            return standIn(for: type)
        }
    }

    private static func message(for type: Any.Type) -> String {
        guard let choices = type as? any (CaseIterable & RawRepresentable).Type else { return "is not valid" }
        return "must be one of \(choices.names.joined(separator: ", "))"
    }
}

extension String {
    /// Names of fields that are ours are short; a client can make up others of any length.
    fileprivate var clipped: String { self.utf8.count > 200 ? "\(String(self.unicodeScalars.prefix(100)))…" : self }
}

/// Thrown through `init(from:)` when a mistake was noted and no stand-in exists.
struct StandInMissing: Error {}

private func standIn<Value>(for type: Value.Type) -> Value? {
    (type as? any StandIn.Type)?.standIn as? Value
        ?? (type as? any CaseIterable.Type)?.first as? Value
}

extension CaseIterable {
    fileprivate static var first: Any? { self.allCases.first }
}

extension CaseIterable where Self: RawRepresentable {
    fileprivate static var names: [String] { self.allCases.map { "\($0.rawValue)" } }
}

/// A type with a value that can stand in for a wrong one.
private protocol StandIn {
    static var standIn: Self { get }
}

extension Array: StandIn {
    fileprivate static var standIn: [Element] { [] }
}

extension Dictionary: StandIn {
    fileprivate static var standIn: [Key: Value] { [:] }
}

extension String: StandIn {
    fileprivate static var standIn: String { "" }
}

extension Bool: StandIn {
    fileprivate static var standIn: Bool { false }
}

extension Int: StandIn {
    fileprivate static var standIn: Int { 0 }
}

extension Int64: StandIn {
    fileprivate static var standIn: Int64 { 0 }
}

extension Double: StandIn {
    fileprivate static var standIn: Double { 0 }
}

extension UUID: StandIn {
    fileprivate static var standIn: UUID { UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) }
}

extension Date: StandIn {
    fileprivate static var standIn: Date { Date(timeIntervalSince1970: 0) }
}

/// Recognises optionals, which may be null.
private protocol OptionalValue {}

extension Optional: OptionalValue {}
