internal import Crypto

/// A private key that signs access tokens.
public struct SigningKey: Sendable {
    /// Names the key in the header of every token.
    public let id: String
    let privateKey: P256.Signing.PrivateKey

    /// A new key.
    ///
    /// - Parameter id: 1 to 32 characters of `A–Z a–z 0–9 _ -`.
    public init(id: String) {
        precondition(JSONWebKey.isLegal(id: id), "a key id has 1 to 32 characters of A-Z a-z 0-9 _ -")
        self.id = id
        self.privateKey = P256.Signing.PrivateKey()
    }

    /// A key that was stored.
    ///
    /// - Parameter rawRepresentation: The 32 bytes of ``rawRepresentation``.
    /// - Throws: `CryptoKitError` when the bytes are no key.
    public init(id: String, rawRepresentation: [UInt8]) throws {
        precondition(JSONWebKey.isLegal(id: id), "a key id has 1 to 32 characters of A-Z a-z 0-9 _ -")
        self.id = id
        self.privateKey = try P256.Signing.PrivateKey(rawRepresentation: rawRepresentation)
    }

    /// The secret bytes; whoever stores them encrypts them first.
    public var rawRepresentation: [UInt8] { [UInt8](self.privateKey.rawRepresentation) }

    /// The half that everybody may know.
    public var publicKey: JSONWebKey { JSONWebKey(id: self.id, self.privateKey.publicKey) }
}
