internal import Crypto
internal import FoundationEssentials

/// The name under which a caller may repeat a write without repeating its effect: the header `Idempotency-Key`.
///
/// It belongs to the caller and the route: nobody can hit upon the answers of somebody else.
public struct IdempotencyKey: Sendable {
    /// The header that carries it.
    public static let headerName = "Idempotency-Key"

    let principal: UUID
    let route: String
    let key: String
    /// What was asked: method, path and body.
    ///
    /// Another request under the same key is a mistake of the client.
    let fingerprint: [UInt8]
    let secret: IdempotencySecret

    /// All that tells it from others.
    var name: String { "\(self.principal) \(self.route) \(self.key)" }

    /// Tells concurrent requests with the same key from others.
    var lock: Int64 {
        SHA256.hash(data: Data(self.name.utf8)).prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }
}

extension ServiceRequest {
    /// The idempotency key of this request; `nil` when it has none, or nobody is logged in.
    ///
    /// - Throws: A 400 ``Problem`` when the key is not 1 to 255 visible ASCII characters, or the body is refused.
    public func idempotencyKey() async throws -> IdempotencyKey? {
        guard let principalIfKnown, let key = self.header(IdempotencyKey.headerName) else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Problem.invalid(IdempotencyKey.headerName, "must be 1 to 255 visible ASCII characters")
        }
        let secret = self.idempotencySecret
        return IdempotencyKey(
            principal: principalIfKnown.id,
            route: "\(self.method.rawValue) \(self.route)",
            key: key,
            fingerprint: secret.fingerprint("\(self.method.rawValue) \(self.path)", try await self.body()),
            secret: secret
        )
    }

    /// The idempotency key of a request that must have one, because it moves money.
    ///
    /// - Throws: A 400 ``Problem`` when there is none.
    public func requiredIdempotencyKey() async throws -> IdempotencyKey {
        guard let key = try await self.idempotencyKey() else {
            throw Problem.invalid(IdempotencyKey.headerName, "is required")
        }
        return key
    }
}
