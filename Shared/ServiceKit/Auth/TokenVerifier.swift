internal import Contracts
internal import Crypto
public import FoundationEssentials

/// Decides whether a text is an access token of the platform, and whose.
///
/// The order of the checks is that of RFC 8725: what the header may say is decided by us, not by the token. Members of
/// the header other than `alg`, `typ` and `kid` are refused, and with them `jku`, `jwk`, `x5u` and `crit`; a claim that
/// comes twice makes the token malformed. A token that was verified once is remembered until it expires, so the usual
/// request costs one hash and no signature.
public final class TokenVerifier: Sendable {
    private let keys: any VerificationKeys
    private let verified = VerifiedTokens(limit: 10_000)
    private let now: @Sendable () -> Date

    /// A verifier.
    ///
    /// - Parameter keys: The public keys that count.
    public init(keys: any VerificationKeys, now: @escaping @Sendable () -> Date = { Date() }) {
        self.keys = keys
        self.now = now
    }

    /// Whose token it is.
    ///
    /// - Throws: Why it is refused.
    public func verify(_ token: String) async throws(TokenError) -> Principal {
        guard token.utf8.count <= AccessToken.maximumLength else { throw .malformed }
        let digest = SHA256.hash(data: Data(token.utf8))
        let now = self.now()
        if let known = self.verified.find(digest, at: now) { return known }
        let (principal, expiry) = try await self.check(token, at: now)
        self.verified.remember(digest, principal, until: expiry, now: now)
        return principal
    }

    /// Whether a key that is not known may be good all the same.
    var isWaitingForKeys: Bool { !self.keys.hasKeys }

    private func check(_ token: String, at now: Date) async throws(TokenError) -> (Principal, Date) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Base64URL.decode(parts[2]) else { throw .malformed }
        let header = try Self.decode(AccessTokenHeader.self, parts[0], .body, else: .header)
        guard header.alg == AccessToken.algorithm, header.typ == AccessToken.type, JSONWebKey.isLegal(id: header.kid)
        else {
            throw .header
        }
        guard let key = await self.keys.key(named: header.kid)?.publicKey else { throw .unknownKey }
        let input = Data(token.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
        guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature),
            key.isValidSignature(signature, for: input)
        else { throw .signature }
        let claims = try Self.decode(AccessTokenClaims.self, parts[1], .tolerantBody, else: .claims)
        return (try Self.principal(claims, at: now), Date(timeIntervalSince1970: TimeInterval(claims.exp)))
    }

    private static func principal(_ claims: AccessTokenClaims, at now: Date) throws(TokenError) -> Principal {
        guard claims.iss == AccessToken.issuer, claims.aud == AccessToken.audience, !claims.jti.isEmpty,
            let id = UUID(uuidString: claims.sub), let session = UUID(uuidString: claims.sid),
            let role = PersonRole(rawValue: claims.role),
            claims.exp > claims.iat, TimeInterval(claims.exp - claims.iat) <= AccessToken.maximumLifetime
        else { throw .claims }
        let seconds = now.timeIntervalSince1970
        guard seconds < TimeInterval(claims.exp) + AccessToken.leeway,
            seconds >= TimeInterval(claims.nbf ?? claims.iat) - AccessToken.leeway
        else { throw .expired }
        return Principal(id: id, role: role, sessionID: session)
    }

    private static func decode<Value: Decodable>(
        _ type: Value.Type,
        _ part: Substring,
        _ source: RequestDecoding.Source,
        else error: TokenError
    ) throws(TokenError) -> Value {
        guard let bytes = Base64URL.decode(part), let node = try? JSONParser.parse(bytes, maximumDepth: 4) else {
            throw .malformed
        }
        guard let value = try? RequestDecoding.decode(type, from: node, source: source) else { throw error }
        return value
    }
}
