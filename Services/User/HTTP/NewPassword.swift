internal import ServiceKit

/// A password that somebody chose.
struct NewPassword: Sendable {
    /// The password, exactly as it was typed.
    let text: String

    /// Refuses what is too short to be safe, or longer than anybody types (NIST SP 800-63B, section 5.1.1.2).
    init(_ text: String, field: String = "password") throws(Problem) {
        guard text.count >= 8 else { throw .invalid(field, "must have 8 characters or more") }
        guard text.utf8.count <= PasswordHasher.longestPassword else {
            throw .invalid(field, "must have 1,024 bytes at most")
        }
        self.text = text
    }
}
