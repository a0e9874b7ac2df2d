public import Contracts

/// Who may use a route.
///
/// Every route declares one. /// Policies about objects (whose lesson is it?) are made with ``init(_:_:)`` and combined with ``anyOf(_:)``.
public struct AccessPolicy: Sendable {
    /// What a policy says about a request of somebody who is known.
    public enum Decision: Equatable, Sendable {
        /// The request may pass.
        case allowed
        /// 403: the role of the caller never may.
        case forbidden
        /// 404: the object is none of the caller's business, and so it does not exist for them.
        case hidden
    }

    enum Kind: Sendable {
        case `public`
        case internalService
        case person(@Sendable (Principal, ServiceRequest) async throws -> Decision)
    }

    /// For people: `role(tutor, admin)`.
    public let name: String
    let kind: Kind

    private init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// A policy for people who are logged in.
    ///
    /// - Parameters:
    ///   - name: What `--print-routes` shows.
    ///   - decide: Looks at the caller and the request.
    public init(
        _ name: String,
        _ decide: @escaping @Sendable (Principal, ServiceRequest) async throws -> Decision
    ) {
        self.init(name: name, kind: .person(decide))
    }

    /// Everybody, without a token.
    ///
    /// A token that is sent is not looked at.
    public static let `public` = AccessPolicy(name: "public", kind: .public)

    /// Everybody who is logged in.
    public static let authenticated = AccessPolicy("authenticated") { _, _ in .allowed }

    /// Other services of the platform, by the shared key; only under `/internal/`.
    public static let internalService = AccessPolicy(name: "internal", kind: .internalService)

    /// People of these roles.
    public static func role(_ roles: PersonRole...) -> AccessPolicy {
        let allowed = Set(roles)
        let names = roles.map(\.rawValue).joined(separator: ", ")
        return AccessPolicy("role(\(names))") { principal, _ in allowed.contains(principal.role) ? .allowed : .forbidden
        }
    }

    /// Whoever one of the policies allows.
    ///
    /// When none does, an object that one of them hides stays hidden.
    public static func anyOf(_ policies: AccessPolicy...) -> AccessPolicy {
        AccessPolicy(policies.map(\.name).joined(separator: " or ")) { principal, request in
            var decision = Decision.forbidden
            for policy in policies {
                guard case .person(let decide) = policy.kind else { continue }
                switch try await decide(principal, request) {
                case .allowed: return .allowed
                case .hidden: decision = .hidden
                case .forbidden: break
                }
            }
            return decision
        }
    }
}
