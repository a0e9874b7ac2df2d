internal import Crypto
internal import Foundation
internal import ServiceKit

/// The settings that only the user service has.
struct UserSettings: Sendable {
    /// The first administrator.
    struct Admin: Sendable {
        let email: EmailAddress
        let password: String
    }

    /// Wraps the keys of persons.
    let personalDataKey: SymmetricKey
    /// Everything that is derived from the key for tokens.
    let secrets: AccessSecrets
    /// Created when there is none.
    let admin: Admin?

    static func read(_ reader: inout ConfigurationReader) -> UserSettings {
        let personal = reader.read(
            .secretBytes("PERSONAL_DATA_KEY", count: 32, "Wraps the key of every person whose data is stored.")
        )
        let access = reader.read(
            .secretBytes("JWT_SECRET_KEY", count: 32, "Wraps the keys that sign access tokens, and hashes codes.")
        )
        let address = reader.readIfPresent(
            .string("ADMIN_EMAIL", "The first administrator, created when there is none.")
        )
        let email = address.flatMap { try? EmailAddress($0) }
        if address != nil, email == nil { reader.refuse("ADMIN_EMAIL is no e-mail address") }
        let password = reader.readIfPresent(
            .secret("ADMIN_PASSWORD", minimumLength: 8, "Password of that administrator.")
        )
        if (address == nil) != (password == nil) {
            reader.refuse("ADMIN_EMAIL and ADMIN_PASSWORD belong together: give both or neither")
        }
        return UserSettings(
            personalDataKey: SymmetricKey(data: personal),
            secrets: AccessSecrets(master: SymmetricKey(data: access)),
            admin: email.flatMap { email in password.map { Admin(email: email, password: $0) } }
        )
    }
}
