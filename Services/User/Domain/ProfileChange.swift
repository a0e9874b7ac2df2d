internal import Contracts
internal import EventSourcing

/// What a person changes about the profile; what is not named stays as it is.
struct ProfileChange: Sendable {
    /// A value that may be replaced, or taken away.
    enum Edit<Value: Sendable>: Sendable {
        case keep
        case set(Value)
        case remove
    }

    var fullName: FullName?
    var email: EmailAddress?
    var phone = Edit<PhoneNumber>.keep
    var telegramUsername = Edit<TelegramUsername>.keep
    /// An empty text removes it.
    var bio: String?
    var locale: Language?
    var timeZone: TimeZoneID?

    /// The profile afterwards.
    func applied(to profile: Profile) throws(UserRefusal) -> Profile {
        var new = profile
        if let fullName = self.fullName { new.fullName = .known(fullName.text) }
        if let email = self.email { new.email = .known(email.text) }
        self.phone.apply(to: &new.phone, \.text)
        self.telegramUsername.apply(to: &new.telegramUsername, \.text)
        if let bio = self.bio {
            let text = try UserField.bio.checked(bio)
            new.bio = text.isEmpty ? nil : .known(text)
        }
        new.locale = self.locale ?? profile.locale
        new.timeZone = self.timeZone ?? profile.timeZone
        return new
    }
}

extension ProfileChange.Edit {
    fileprivate func apply(to field: inout Personal<String>?, _ text: (Value) -> String) {
        switch self {
        case .keep: break
        case .set(let value): field = .known(text(value))
        case .remove: field = nil
        }
    }
}
