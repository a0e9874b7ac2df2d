/// How often somebody may ask, by the kind of question; the raw values stand in routes, headers and Redis.
enum LimitClass: String, CaseIterable, Decodable, Sendable {
    /// Everything a signed-in person does.
    case general
    /// Passwords may be guessed.
    case login
    /// One-time access codes may be guessed.
    case code
    /// A client refreshes every fifteen minutes.
    case refresh
    /// Files, each of which may keep a connection and a disk busy.
    case upload
    /// Everything about somebody at once.
    case export
    /// The probes of whoever runs the platform, the questions of browsers before they ask, and pages without data.
    case probe
    /// ``login`` from a whole IPv6 network: its owner has thousands of addresses that count as households.
    case loginSite = "login-site"
    /// ``code`` from a whole IPv6 network.
    case codeSite = "code-site"

    /// The position among all cases.
    var index: Int {
        switch self {
        case .general: 0
        case .login: 1
        case .code: 2
        case .refresh: 3
        case .upload: 4
        case .export: 5
        case .probe: 6
        case .loginSite: 7
        case .codeSite: 8
        }
    }

    /// Whether somebody could gain by being let through while Redis is away.
    var isStrict: Bool {
        switch self {
        case .login, .code, .loginSite, .codeSite: true
        case .general, .refresh, .upload, .export, .probe: false
        }
    }

    /// Whether it is counted besides another class.
    var isForSites: Bool { self == .loginSite || self == .codeSite }

    /// Whether all gateways count together; whether one of them is well does not depend on Redis.
    var isShared: Bool { self != .probe }

    /// The class in which the network of an IPv6 address is counted besides the address.
    var siteClass: LimitClass? {
        switch self {
        case .login: .loginSite
        case .code: .codeSite
        case .general, .refresh, .upload, .export, .probe, .loginSite, .codeSite: nil
        }
    }
}
