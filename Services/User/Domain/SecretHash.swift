internal import EventSourcing

/// What is kept of a secret that only its holder knows: an access code, a refresh token.
///
/// Computed with a key of the service: an access code is short enough to be guessed from a plain hash.
struct SecretHash: Hashable, Sendable {
    /// The hash as text.
    let text: String

    /// Wraps a hash.
    init(_ text: String) {
        self.text = text
    }
}

extension SecretHash: Codable {
    /// Reads the hash.
    init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the hash.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.text)
    }
}
