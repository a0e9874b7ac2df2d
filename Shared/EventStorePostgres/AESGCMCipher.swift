internal import Crypto
internal import EventSourcing
internal import Foundation

/// AES-256-GCM under the key of one person, with a random 96-bit nonce per value (NIST SP 800-38D, section 8.2.2).
///
/// Event, field and person are authenticated with the ciphertext: a sealed value that is copied to another place in the log
/// does not open there.
struct AESGCMCipher: PersonalDataCipher {
    let subject: UUID
    let key: SymmetricKey

    func seal(_ clear: [UInt8], field: String, event: UUID) throws -> [UInt8] {
        let box = try AES.GCM.seal(clear, using: self.key, authenticating: self.context(field, event))
        guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
        return [UInt8](combined)
    }

    func open(_ sealed: [UInt8], field: String, event: UUID) throws -> [UInt8] {
        let box = try AES.GCM.SealedBox(combined: sealed)
        return [UInt8](try AES.GCM.open(box, using: self.key, authenticating: self.context(field, event)))
    }

    private func context(_ field: String, _ event: UUID) -> [UInt8] {
        Array("\(event.lowercased)|\(field)|\(self.subject.lowercased)".utf8)
    }
}
