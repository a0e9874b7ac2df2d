internal import Crypto
internal import Foundation

/// The keys behind tokens and codes, all derived from one secret of the environment, each for one purpose (RFC 5869).
struct AccessSecrets: Sendable {
    private let codes: SymmetricKey
    private let refreshTokens: SymmetricKey
    private let successors: SymmetricKey
    /// Wraps the private keys that sign access tokens.
    let signingKeys: SymmetricKey

    init(master: SymmetricKey) {
        func derive(_ purpose: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: master,
                info: Data("repitbot \(purpose)".utf8),
                outputByteCount: 32
            )
        }
        self.codes = derive("access codes")
        self.refreshTokens = derive("refresh tokens")
        self.successors = derive("refresh token successors")
        self.signingKeys = derive("signing keys")
    }

    /// What is kept of an access code.
    func hash(of code: AccessCode) -> AccessCodeHash {
        AccessCodeHash(
            selector: Self.hash("selector \(code.selector)", self.codes),
            proof: Self.hash("proof \(code.proof)", self.codes)
        )
    }

    /// What is kept of a refresh token.
    func hash(of token: RefreshToken) -> SecretHash {
        Self.hash(token.description, self.refreshTokens)
    }

    /// The token that follows: always the same one, so that a client whose answer was lost gets it again.
    func successor(of token: RefreshToken) -> RefreshToken {
        let code = HMAC<SHA256>.authenticationCode(for: Data(token.description.utf8), using: self.successors)
        return RefreshToken(session: token.session, secret: [UInt8](code))
    }

    private static func hash(_ text: String, _ key: SymmetricKey) -> SecretHash {
        SecretHash(Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)).base64EncodedString())
    }
}
