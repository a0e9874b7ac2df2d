internal import EventSourcing
internal import Foundation

/// What a client keeps to get new access tokens: the session's identity and 256 secret bits.
struct RefreshToken: Equatable, Sendable, CustomStringConvertible {
    /// The session that it belongs to.
    let session: UUID
    private let secret: [UInt8]

    /// A new token.
    init(session: UUID) {
        var random = SystemRandomNumberGenerator()
        self.init(session: session, secret: (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    init(session: UUID, secret: [UInt8]) {
        self.session = session
        self.secret = secret
    }

    /// The text that the client keeps.
    var description: String { "\(self.session.lowercased).\(Data(self.secret).base64EncodedString())" }

    /// Reads ``description``; `nil` for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let session = UUID(uuidString: String(parts[0])),
            let secret = Data(base64Encoded: String(parts[1])), secret.count == 32
        else { return nil }
        self.init(session: session, secret: [UInt8](secret))
    }
}
