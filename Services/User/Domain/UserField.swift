internal import Contracts

/// What a person can be asked for, by wire names.
enum UserField: String, Equatable, Sendable {
    case fullName = "full_name"
    case email
    case phone
    case telegramUsername = "telegram_username"
    case bio

    /// The longest text, in Unicode scalars.
    private var limit: Int {
        switch self {
        case .fullName: 200
        case .email: 254
        case .phone: 32
        case .telegramUsername: 33
        case .bio: 2_000
        }
    }

    private var layout: LimitedText.Layout { self == .bio ? .paragraphs : .line }

    /// The text without blanks around it, if it is not too long.
    func checked(_ text: String) throws(UserRefusal) -> String {
        do throws(LimitedText.Refusal) {
            return try LimitedText(text, limit: self.limit, self.layout).text
        } catch {
            switch error {
            case .tooLong: throw .tooLong(self)
            case .forbiddenCharacter: throw .malformed(self)
            }
        }
    }
}
