/// By what a person can prove identity from now on.
enum Credential: Sendable {
    case password(EmailAddress, PasswordHash)
    case telegram(id: Int64, username: TelegramUsername?)
}
