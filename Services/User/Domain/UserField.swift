/// What a person can be asked for, by wire names.
enum UserField: String, Equatable, Sendable {
    case fullName = "full_name"
    case email
    case phone
    case telegramUsername = "telegram_username"
    case bio

    /// The longest text, in characters.
    private var limit: Int {
        switch self {
        case .fullName: 200
        case .email: 254
        case .phone: 32
        case .telegramUsername: 33
        case .bio: 2_000
        }
    }

    /// The text without blanks around it, if it is not too long.
    func checked(_ text: String) throws(UserRefusal) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        guard text[first...last].count <= self.limit else { throw .tooLong(self) }
        return String(text[first...last])
    }
}
