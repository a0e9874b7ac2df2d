public import FoundationEssentials

/// The rules that every access token of the platform obeys (RFC 9068, RFC 8725).
public enum AccessToken {
    /// Who signs tokens.
    public static let issuer = "repitbot"
    /// Whom tokens are for.
    public static let audience = "repitbot"
    /// The only algorithm: ECDSA on P-256 with SHA-256.
    static let algorithm = "ES256"
    /// The `typ` of the header: no other kind of token can be mistaken for one (RFC 8725, section 3.11).
    static let type = "at+jwt"
    /// How long a token may live at most.
    public static let maximumLifetime: TimeInterval = 15 * 60
    /// How far clocks may disagree.
    public static let leeway: TimeInterval = 30
    /// A longer text is no token of ours.
    static let maximumLength = 2048
}

/// Why a token was refused.
///
/// For logs and metrics only: clients are told the same whatever it was.
public enum TokenError: String, Error, CaseIterable, Sendable {
    /// Not three parts of base64url, or not JSON, or the same claim twice.
    case malformed
    /// A header that asks for anything but ES256 with a key of ours.
    case header
    /// No key of that name.
    case unknownKey = "unknown_key"
    /// Signed by somebody else, or changed.
    case signature
    /// Claims are missing or not ours.
    case claims
    /// Too old, or not valid yet.
    case expired
}
