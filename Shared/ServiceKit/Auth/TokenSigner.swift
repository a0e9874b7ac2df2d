internal import Contracts
internal import Crypto
internal import EventSourcing
public import FoundationEssentials

/// Issues access tokens.
public struct TokenSigner: Sendable {
    private let key: SigningKey
    private let now: @Sendable () -> Date

    /// A signer with one key.
    public init(key: SigningKey, now: @escaping @Sendable () -> Date = { Date() }) {
        self.key = key
        self.now = now
    }

    /// A token for a person.
    ///
    /// - Parameter lifetime: In seconds; never longer than ``AccessToken/maximumLifetime``.
    public func sign(
        _ principal: Principal,
        lifetime: TimeInterval = AccessToken.maximumLifetime
    ) throws -> String {
        let issued = Int(self.now().timeIntervalSince1970)
        let claims = AccessTokenClaims(
            iss: AccessToken.issuer,
            aud: AccessToken.audience,
            sub: principal.id.lowercased,
            role: principal.role.rawValue,
            sid: principal.sessionID.lowercased,
            jti: UUID.version7().lowercased,
            iat: issued,
            exp: issued + Int(min(lifetime, AccessToken.maximumLifetime))
        )
        let header = AccessTokenHeader(alg: AccessToken.algorithm, typ: AccessToken.type, kid: self.key.id)
        let encoder = JSONEncoder.wire()
        let input = try Base64URL.encode(encoder.encode(header)) + "." + Base64URL.encode(encoder.encode(claims))
        let signature = try self.key.privateKey.signature(for: Data(input.utf8))
        return input + "." + Base64URL.encode(signature.rawRepresentation)
    }
}

struct AccessTokenHeader: Codable {
    let alg: String
    let typ: String
    let kid: String
}

struct AccessTokenClaims: Codable {
    let iss: String
    let aud: String
    let sub: String
    let role: String
    let sid: String
    let jti: String
    let iat: Int
    let exp: Int
    var nbf: Int?
}
