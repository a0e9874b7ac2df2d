public import Crypto
public import EventSourcing
public import Foundation
public import Postgres

/// The keys of subjects, one each, wrapped at rest by a key from the environment.
///
/// A subject is what personal data is erased with: a person in the user service, a lesson in the lesson service. Deleting a
/// subject's key makes everything sealed with it unreadable, wherever copies of the log may be.
public struct PersonalKeys: Sendable {
    private let wrappingKey: SymmetricKey
    private let wrappingKeyID: String

    /// Opens the key store.
    ///
    /// - Parameters:
    ///   - wrappingKey: 256 bits from the environment.
    ///   - wrappingKeyID: Names the wrapping key in each row, so that it can be replaced one day.
    public init(wrappingKey: SymmetricKey, wrappingKeyID: String = "1") {
        self.wrappingKey = wrappingKey
        self.wrappingKeyID = wrappingKeyID
    }

    /// The cipher of a subject; `nil` when the subject was erased, or never had a key.
    ///
    /// - Parameter creatingAt: Makes a key, dated so, where there is none.
    public func cipher(
        of subject: UUID,
        creatingAt: Date? = nil,
        in session: PostgresSession
    ) throws -> (any PersonalDataCipher)? {
        if let row = try session.queryFirst("SELECT wrapped_key FROM personal_keys WHERE subject = \(subject)") {
            return AESGCMCipher(subject: subject, key: try self.unwrap(try row.decode(0), of: subject))
        }
        guard let creatingAt else { return nil }
        let key = SymmetricKey(size: .bits256)
        let clear = key.withUnsafeBytes { [UInt8]($0) }
        let sealed = try AES.GCM.seal(clear, using: self.wrappingKey, authenticating: subject.associatedData)
        guard let wrapped = sealed.combined else { throw CryptoKitError.incorrectParameterSize }
        // Whoever loses the race for a new stream loses it for the key too; the append then says so and all begins anew.
        session.enqueue(
            """
            INSERT INTO personal_keys (subject, wrapped_key, wrapped_by, created_at)
            VALUES (\(subject), \([UInt8](wrapped)), \(self.wrappingKeyID), \(creatingAt)) ON CONFLICT DO NOTHING
            """
        )
        return AESGCMCipher(subject: subject, key: key)
    }

    /// Erases a subject: from the commit on, nobody reads what was sealed for it.
    public func erase(_ subject: UUID, in session: PostgresSession) {
        session.enqueue("DELETE FROM personal_keys WHERE subject = \(subject)")
    }

    private func unwrap(_ wrapped: [UInt8], of subject: UUID) throws -> SymmetricKey {
        let box = try AES.GCM.SealedBox(combined: wrapped)
        return SymmetricKey(
            data: try AES.GCM.open(box, using: self.wrappingKey, authenticating: subject.associatedData)
        )
    }
}

extension UUID {
    /// Binds a wrapped key to its subject.
    fileprivate var associatedData: [UInt8] { Array("personal-key|\(self.lowercased)".utf8) }
}
