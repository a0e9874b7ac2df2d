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
    case probe
    /// ``login`` from a whole IPv6 network: its owner has thousands of addresses that count as households.
    case loginSite
    /// ``code`` from a whole IPv6 network.
    case codeSite

    /// The name in headers and in Redis.
    var name: String {
        switch self {
        case .general: "general"
        case .login: "login"
        case .code: "code"
        case .refresh: "refresh"
        case .probe: "probe"
        case .loginSite: "login-site"
        case .codeSite: "code-site"
        }
    }

    /// Whether somebody could gain by being let through while Redis is away.
    var isStrict: Bool {
        switch self {
        case .login, .code, .loginSite, .codeSite: true
        case .general, .refresh, .probe: false
        }
    }

    /// Whether all gateways count together; whether one of them is well does not depend on Redis.
    var isShared: Bool { self != .probe }

    /// The class in which the network of an IPv6 address is counted besides the address.
    var siteClass: LimitClass? {
        switch self {
        case .login: .loginSite
        case .code: .codeSite
        case .general, .refresh, .probe, .loginSite, .codeSite: nil
        }
    }
}
