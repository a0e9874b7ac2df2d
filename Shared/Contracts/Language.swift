/// A language the platform speaks; the `locale` of a person.
public enum Language: String, CaseIterable, Codable, Sendable {
    /// Russian, the language of whoever did not choose.
    case russian = "ru"
    /// English.
    case english = "en"
}
