internal import Foundation
internal import Postgres

/// Finds the account behind what somebody shows.
enum CredentialsQueries {
    /// An account and the password that proves it.
    struct Account: Sendable {
        let id: UUID
        let passwordHash: PasswordHash?
    }

    /// The account of an address.
    static func account(_ email: EmailAddress, in session: PostgresSession) throws -> Account? {
        try session.queryFirst("SELECT user_id, password_hash FROM credentials WHERE email = \(email.text)")
            .map {
                Account(id: try $0.decode(0), passwordHash: try $0.decode(1, as: String?.self).map(PasswordHash.init))
            }
    }

    /// The password of an account.
    static func passwordHash(of person: UUID, in session: PostgresSession) throws -> PasswordHash? {
        try session.queryFirst("SELECT password_hash FROM credentials WHERE user_id = \(person)")
            .flatMap { try $0.decode(0, as: String?.self).map(PasswordHash.init) }
    }

    /// The password of an account, which nobody can change until the end of the transaction.
    ///
    /// Whoever changes the password waits, and then finds what was done meanwhile; whoever has changed it is waited for.
    static func lockedPasswordHash(of person: UUID, in session: PostgresSession) throws -> PasswordHash? {
        try session.queryFirst("SELECT password_hash FROM credentials WHERE user_id = \(person) FOR UPDATE")
            .flatMap { try $0.decode(0, as: String?.self).map(PasswordHash.init) }
    }

    /// The person whose open access code begins like this one.
    static func person(_ code: AccessCodeHash, in session: PostgresSession) throws -> UUID? {
        try session.queryFirst("SELECT user_id FROM access_codes WHERE selector_hash = \(code.selector.text)")?.decode(
            0
        )
    }

    /// Whether an error is the constraint that gives an address to one person only.
    static func isTakenEmail(_ error: PostgresError) -> Bool {
        error.sqlState == .uniqueViolation && error.constraint == "credentials_email_key"
    }

    /// Whether an error is the constraint that keeps the codes apart by which people are found.
    static func isTakenCode(_ error: PostgresError) -> Bool {
        error.sqlState == .uniqueViolation && error.constraint == "access_codes_selector_hash_key"
    }
}
