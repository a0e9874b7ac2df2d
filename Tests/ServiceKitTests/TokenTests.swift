import Contracts
import EventSourcing
import FoundationEssentials
import TestKit
import Testing

@testable import ServiceKit

@Suite("Access tokens")
struct TokenTests {
    private let issuer = TestIssuer()

    private var verifier: TokenVerifier { TokenVerifier(keys: self.issuer.keys) }

    @Test("AU-1: a token that was issued tells whose it is, also when it is shown again")
    func roundTrip() async throws {
        let principal = Principal(id: UUID.version7(), role: .student, sessionID: UUID.version7())
        let token = try TokenSigner(key: self.issuer.key).sign(principal)
        let verifier = self.verifier
        for _ in 1...2 {
            let verified = try await verifier.verify(token)
            #expect(verified == principal)
        }
    }

    @Test(
        "Case 28: the header of a token does not choose how it is verified",
        arguments: [
            ["alg": "none"], ["alg": "HS256"], ["alg": "ES384"], ["alg": "es256"],
            ["typ": "JWT"], ["typ": "refresh+jwt"], ["typ": .null],
            ["kid": "../../etc/passwd"], ["kid": "' OR 1=1 --"], ["kid": ""], ["kid": .null],
            ["kid": .string(String(repeating: "a", count: 33))],
            ["jku": "https://attacker.example/keys"], ["x5u": "https://attacker.example/cert"],
            ["jwk": .object(["kty": "EC"])], ["crit": .array(["exp"])], ["b64": .bool(false)],
        ] as [[String: JSONValue]]
    )
    func headers(changes: [String: JSONValue]) async throws {
        let header = self.issuer.honestHeader.merging(changes) { $1 }
        let token = try self.issuer.forge(header: header)
        await #expect(throws: TokenError.header) { try await self.verifier.verify(token) }
    }

    @Test(
        "AU-1: a token with foreign or missing claims is refused",
        arguments: [
            ["iss": "somebody"], ["iss": .null], ["aud": "another"], ["aud": .array(["repitbot"])], ["aud": .null],
            ["sub": "42"], ["sub": .null], ["role": "owner"], ["role": .null], ["sid": "x"], ["sid": .null],
            ["jti": ""],
            ["exp": .null], ["iat": .null], ["exp": "tomorrow"],
        ] as [[String: JSONValue]]
    )
    func claims(changes: [String: JSONValue]) async throws {
        let claims = self.issuer.honestClaims().merging(changes) { $1 }
        let token = try self.issuer.forge(claims: claims)
        await #expect(throws: TokenError.claims) { try await self.verifier.verify(token) }
    }

    @Test("AU-1: a token that would live longer than a quarter of an hour is refused")
    func longLife() async throws {
        var claims = self.issuer.honestClaims()
        claims["exp"] = .integer(Int64(Date().timeIntervalSince1970) + 3600)
        let token = try self.issuer.forge(claims: claims)
        await #expect(throws: TokenError.claims) { try await self.verifier.verify(token) }
    }

    @Test(
        "OP-8: time limits allow for clocks that are half a minute apart, and no more",
        arguments: [
            (iat: -920, exp: -20, isAccepted: true), (-960, -60, false), (20, 120, true), (60, 120, false),
        ]
    )
    func times(iat: Int64, exp: Int64, isAccepted: Bool) async throws {
        var claims = self.issuer.honestClaims()
        let now = Int64(Date().timeIntervalSince1970)
        claims["iat"] = .integer(now + iat)
        claims["exp"] = .integer(now + exp)
        let token = try self.issuer.forge(claims: claims)
        if isAccepted {
            _ = try await self.verifier.verify(token)
        } else {
            await #expect(throws: TokenError.expired) { try await self.verifier.verify(token) }
        }
    }

    @Test("A token that is not valid yet is refused")
    func notBefore() async throws {
        var claims = self.issuer.honestClaims()
        claims["nbf"] = .integer(Int64(Date().timeIntervalSince1970) + 300)
        let token = try self.issuer.forge(claims: claims)
        await #expect(throws: TokenError.expired) { try await self.verifier.verify(token) }
    }

    @Test("A token that was verified before expires nevertheless")
    func remembered() async throws {
        let clock = ManualClock()
        let verifier = TokenVerifier(keys: self.issuer.keys, now: { clock.date })
        let token = try TokenSigner(key: self.issuer.key, now: { clock.date }).sign(
            Principal(id: UUID.version7(), role: .tutor, sessionID: UUID.version7())
        )
        _ = try await verifier.verify(token)
        clock.advance(by: 15 * 60 + 31)
        await #expect(throws: TokenError.expired) { try await verifier.verify(token) }
    }

    @Test("Case 28: an HMAC made with the public key is no signature")
    func confusion() async throws {
        let token = try self.issuer.forgeWithPublicKeyAsSecret()
        await #expect(throws: TokenError.header) { try await self.verifier.verify(token) }
    }

    @Test("A token whose claims were changed, or that somebody else has signed, is refused")
    func foreignSignature() async throws {
        let stranger = TestIssuer()
        await #expect(throws: TokenError.signature) { try await self.verifier.verify(stranger.forge()) }

        let honest = try self.issuer.forge().split(separator: ".")
        let admin = Base64URL.encode(
            try TestIssuer.text(self.issuer.honestClaims().merging(["role": "admin"]) { $1 }).utf8
        )
        await #expect(throws: TokenError.signature) {
            try await self.verifier.verify("\(honest[0]).\(admin).\(honest[2])")
        }
    }

    @Test("Case 28: a claim that comes twice makes the token malformed")
    func duplicates() async throws {
        let text = try TestIssuer.text(self.issuer.honestClaims())
        let doubled = text.dropLast() + #","role":"admin"}"#
        let token = try self.issuer.forge(
            headerText: TestIssuer.text(self.issuer.honestHeader),
            claimsText: String(doubled)
        )
        await #expect(throws: TokenError.malformed) { try await self.verifier.verify(token) }
    }

    @Test(
        "Anything else is not a token",
        arguments: [
            "", ".", "..", "a.b", "a.b.c.d", "e30.e30.", "e30=.e30.AA", "não.é.token", "null",
        ]
    )
    func nonsense(text: String) async {
        await #expect(throws: TokenError.self) { try await self.verifier.verify(text) }
    }

    @Test("A text that is too long for a token is not even looked at")
    func tooLong() async throws {
        let token = try self.issuer.forge() + String(repeating: "A", count: AccessToken.maximumLength)
        await #expect(throws: TokenError.malformed) { try await self.verifier.verify(token) }
    }

    @Test("A signing key survives being stored, and its public half never holds the secret")
    func storage() throws {
        let restored = try SigningKey(id: "test-1", rawRepresentation: self.issuer.key.rawRepresentation)
        #expect(restored.publicKey == self.issuer.key.publicKey)
        let document = String(decoding: try JSONEncoder().encode(self.issuer.keys), as: UTF8.self)
        #expect(!document.contains(Base64URL.encode(self.issuer.key.rawRepresentation)))
        #expect(!document.contains("\"d\""))
    }
}
