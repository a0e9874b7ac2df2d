internal import EventSourcing

/// An answer.
public struct ServiceResponse: Sendable {
    /// Writes a body piece by piece.
    public typealias Writer = @Sendable (_ write: (_ chunk: [UInt8]) async throws -> Void) async throws -> Void

    enum Body: Sendable {
        case bytes([UInt8])
        case stream(length: Int?, Writer)
    }

    /// The HTTP status.
    public var status: Int
    /// Headers in the order they were added.
    public private(set) var headers: [(name: String, value: String)] = []
    var body: Body

    init(status: Int, body: Body = .bytes([])) {
        self.status = status
        self.body = body
    }

    /// Any bytes.
    public static func bytes(_ bytes: [UInt8], contentType: String, status: Int = 200) -> ServiceResponse {
        ServiceResponse(status: status, body: .bytes(bytes)).header("Content-Type", contentType)
    }

    /// A text.
    public static func text(
        _ text: String,
        contentType: String = "text/plain; charset=utf-8",
        status: Int = 200
    ) -> ServiceResponse {
        .bytes(Array(text.utf8), contentType: contentType, status: status)
    }

    /// A value as JSON.
    public static func json(_ value: some Encodable, status: Int = 200) throws -> ServiceResponse {
        .bytes(try ResponseEncoding.encode(value), contentType: MediaType.json, status: status)
    }

    /// 201: what was created, and where it is.
    public static func created(_ value: some Encodable, at location: String) throws -> ServiceResponse {
        try .json(value, status: 201).header("Location", location)
    }

    /// 204: done, nothing to say.
    public static let noContent = ServiceResponse(status: 204)

    /// A body that is written piece by piece.
    ///
    /// - Parameters:
    ///   - length: In bytes, when it is known beforehand.
    ///   - write: Writes the pieces; it waits while the client is slow, and is cancelled when the client leaves.
    public static func stream(
        contentType: String,
        length: Int? = nil,
        status: Int = 200,
        _ write: @escaping Writer
    ) -> ServiceResponse {
        ServiceResponse(status: status, body: .stream(length: length, write)).header("Content-Type", contentType)
    }

    /// The answer with one more header.
    public func header(_ name: String, _ value: String) -> ServiceResponse {
        var copy = self
        copy.headers.append((name, value))
        return copy
    }

    /// The first header of that name.
    public func header(_ name: String) -> String? {
        self.headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
