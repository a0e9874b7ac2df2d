public import FoundationEssentials

/// Seals and opens the personal data of one person.
public protocol PersonalDataCipher: Sendable {
    /// Seals a value.
    ///
    /// - Parameters:
    ///   - clear: The value as JSON.
    ///   - field: Its place in the payload; bound to the ciphertext, so that a sealed value can not be moved.
    ///   - event: The event that carries it; bound as well.
    func seal(_ clear: [UInt8], field: String, event: UUID) throws -> [UInt8]

    /// Opens what ``seal(_:field:event:)`` made from the same field of the same event.
    func open(_ sealed: [UInt8], field: String, event: UUID) throws -> [UInt8]
}

/// What ``Personal`` finds in the coder's `userInfo`.
struct PersonalDataContext: Sendable {
    let cipher: (any PersonalDataCipher)?
    let event: UUID

    static func field(_ path: [any CodingKey]) -> String {
        path.map(\.stringValue).joined(separator: ".")
    }
}

extension CodingUserInfoKey {
    static var personalData: CodingUserInfoKey {
        guard let key = CodingUserInfoKey(rawValue: "personal-data") else {
            preconditionFailure("every text is a valid user-info key")
        }
        return key
    }
}
