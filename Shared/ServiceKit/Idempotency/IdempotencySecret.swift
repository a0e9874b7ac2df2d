internal import Crypto
internal import FoundationEssentials

/// Keeps secret what is stored of requests and answers: a request may hold a password, an answer an access code.
///
/// The keys are derived from a secret of the environment (RFC 5869). When that is replaced, keys that were used before can
/// not be used again; a repeated request is then refused, and has no second effect.
public struct IdempotencySecret: Sendable {
    private let fingerprints: SymmetricKey
    private let answers: SymmetricKey

    /// Derives the keys.
    ///
    /// - Parameter master: A secret that all instances of the service have.
    public init(_ master: String) {
        func derive(_ purpose: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: Data(master.utf8)),
                info: Data("repitbot idempotency \(purpose)".utf8),
                outputByteCount: 32
            )
        }
        self.fingerprints = derive("fingerprints")
        self.answers = derive("answers")
    }

    /// Tells requests apart.
    ///
    /// With a key, or a password in the request could be guessed from it.
    func fingerprint(_ operation: String, _ body: [UInt8]) -> [UInt8] {
        var code = HMAC<SHA256>(key: self.fingerprints)
        code.update(data: Data("\(operation)\n".utf8))
        code.update(data: Data(body))
        return Array(code.finalize())
    }

    /// Encrypts an answer with AES-256-GCM; what is sealed for one key does not open for another.
    func seal(_ answer: [UInt8], for key: IdempotencyKey) throws -> [UInt8] {
        let box = try AES.GCM.seal(answer, using: self.answers, authenticating: Data(key.name.utf8))
        guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
        return Array(combined)
    }

    /// Decrypts an answer.
    func open(_ sealed: [UInt8], for key: IdempotencyKey) throws -> [UInt8] {
        let box = try AES.GCM.SealedBox(combined: sealed)
        return Array(try AES.GCM.open(box, using: self.answers, authenticating: Data(key.name.utf8)))
    }
}
