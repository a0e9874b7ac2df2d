/// What a person is called.
struct FullName: Equatable, Sendable {
    /// The name.
    let text: String

    /// Refuses an empty name.
    init(_ text: String) throws(UserRefusal) {
        self.text = try UserField.fullName.checked(text)
        guard !self.text.isEmpty else { throw .missing(.fullName) }
    }
}
