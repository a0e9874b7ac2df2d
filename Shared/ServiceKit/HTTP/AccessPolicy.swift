public import Contracts

/// Who may use a route.
///
/// Every route declares one. It knows the caller only; whose object it is decides the handler, which has the object.
public struct AccessPolicy: Sendable {
    enum Kind: Sendable {
        case `public`
        case internalService
        case person(Set<PersonRole>)
    }

    /// For people: `role(tutor, admin)`.
    public let name: String
    let kind: Kind

    private init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// Everybody, without a token.
    ///
    /// A token that is sent is not looked at.
    public static let `public` = AccessPolicy("public", .public)

    /// Everybody who is logged in.
    public static let authenticated = AccessPolicy("authenticated", .person(Set(PersonRole.allCases)))

    /// Other services of the platform, by the shared key; only under `/internal/`.
    public static let internalService = AccessPolicy("internal", .internalService)

    /// People of these roles.
    public static func role(_ roles: PersonRole...) -> AccessPolicy {
        let names = roles.map(\.rawValue).joined(separator: ", ")
        return AccessPolicy("role(\(names))", .person(Set(roles)))
    }
}
