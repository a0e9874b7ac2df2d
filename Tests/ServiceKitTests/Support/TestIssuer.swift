import Contracts
import Crypto
import EventSourcing
import FoundationEssentials
import TestKit

@testable import ServiceKit

/// Issues honest tokens, and forges dishonest ones.
struct TestIssuer: Sendable {
    let key = SigningKey(id: "test-1")

    var keys: JSONWebKeySet { JSONWebKeySet(keys: [self.key.publicKey]) }

    func token(_ role: PersonRole, id: UUID = UUID.version7()) throws -> String {
        try TokenSigner(key: self.key).sign(Principal(id: id, role: role, sessionID: UUID.version7()))
    }

    /// Claims that pass every check.
    func honestClaims() -> [String: JSONValue] {
        let now = Int64(Date().timeIntervalSince1970)
        return [
            "iss": "repitbot", "aud": "repitbot", "sub": .string(UUID.version7().lowercased), "role": "tutor",
            "sid": .string(UUID.version7().lowercased), "jti": "1", "iat": .integer(now), "exp": .integer(now + 900),
        ]
    }

    /// The header that passes every check.
    var honestHeader: [String: JSONValue] { ["alg": "ES256", "typ": "at+jwt", "kid": .string(self.key.id)] }

    /// A token with any header and claims, properly signed with the real key.
    func forge(header: [String: JSONValue]? = nil, claims: [String: JSONValue]? = nil) throws -> String {
        try self.forge(
            headerText: Self.text(header ?? self.honestHeader),
            claimsText: Self.text(claims ?? self.honestClaims())
        )
    }

    func forge(headerText: String, claimsText: String) throws -> String {
        let input = Base64URL.encode(headerText.utf8) + "." + Base64URL.encode(claimsText.utf8)
        let signature = try self.key.privateKey.signature(for: Data(input.utf8))
        return input + "." + Base64URL.encode(signature.rawRepresentation)
    }

    /// A token whose "signature" is an HMAC made with the public key, for verifiers that let the token choose.
    func forgeWithPublicKeyAsSecret() throws -> String {
        var header = self.honestHeader
        header["alg"] = "HS256"
        let input =
            Base64URL.encode(try Self.text(header).utf8) + "."
            + Base64URL.encode(try Self.text(self.honestClaims()).utf8)
        let secret = SymmetricKey(data: Data(self.key.privateKey.publicKey.pemRepresentation.utf8))
        return input + "." + Base64URL.encode(HMAC<SHA256>.authenticationCode(for: Data(input.utf8), using: secret))
    }

    static func text(_ members: [String: JSONValue]) throws -> String {
        String(decoding: try JSONEncoder().encode(JSONValue.object(members)), as: UTF8.self)
    }
}
