/// How often somebody may ask, by the kind of question.
enum LimitClass: Int, CaseIterable, Sendable {
    /// Everything a signed-in person does.
    case general
    /// Passwords may be guessed.
    case login
    /// One-time access codes may be guessed.
    case code
    /// A client refreshes every fifteen minutes.
    case refresh
    /// The probes of whoever runs the platform.
    case unlimited

    /// The name in headers and metrics.
    var name: String {
        switch self {
        case .general: "general"
        case .login: "login"
        case .code: "code"
        case .refresh: "refresh"
        case .unlimited: "unlimited"
        }
    }

    /// Whether somebody could gain by being let through while Redis is away.
    var isStrict: Bool { self == .login || self == .code }
}
