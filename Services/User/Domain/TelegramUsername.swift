/// A user name of Telegram, without the @: 5 to 32 Latin letters, digits and underscores.
struct TelegramUsername: Equatable, Sendable {
    /// The name.
    let text: String

    /// Takes a name with or without the @.
    init(_ text: String) throws(UserRefusal) {
        let checked = try UserField.telegramUsername.checked(text)
        let name = checked.first == "@" ? String(checked.dropFirst()) : checked
        guard
            (5...32).contains(name.count), name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        else { throw .malformed(.telegramUsername) }
        self.text = name
    }
}
