internal import Crypto

/// A public key that verifies access tokens: an elliptic curve key on P-256 (RFC 7517, RFC 7518 section 6.2).
public struct JSONWebKey: Codable, Hashable, Sendable {
    /// The key type: `EC`.
    public let kty: String
    /// The curve: `P-256`.
    public let crv: String
    /// Names the key: 1 to 32 characters of `A–Z a–z 0–9 _ -`.
    public let kid: String
    /// The only algorithm it may be used with: `ES256`.
    public let alg: String
    /// What it is for: `sig`.
    public let use: String
    /// The first coordinate, base64url.
    public let x: String
    /// The second coordinate, base64url.
    public let y: String

    init(id: String, _ key: P256.Signing.PublicKey) {
        let coordinates = key.rawRepresentation
        self.kty = "EC"
        self.crv = "P-256"
        self.kid = id
        self.alg = "ES256"
        self.use = "sig"
        self.x = Base64URL.encode(coordinates.prefix(32))
        self.y = Base64URL.encode(coordinates.suffix(32))
    }

    /// The key, or `nil` when this is not one that verifies our tokens.
    var publicKey: P256.Signing.PublicKey? {
        guard self.kty == "EC", self.crv == "P-256", self.alg == "ES256", self.use == "sig", Self.isLegal(id: self.kid),
            let x = Base64URL.decode(self.x), let y = Base64URL.decode(self.y), x.count == 32, y.count == 32
        else { return nil }
        return try? P256.Signing.PublicKey(rawRepresentation: x + y)
    }

    static func isLegal(id: String) -> Bool {
        (1...32).contains(id.utf8.count)
            && id.utf8.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }
}
