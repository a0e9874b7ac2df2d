/// A password as it is kept: the output of scrypt with its parameters and salt.
struct PasswordHash: Equatable, Sendable {
    /// The encoded hash.
    let text: String

    /// Wraps a hash.
    init(_ text: String) {
        self.text = text
    }
}
