/// Where a ``TokenVerifier`` finds public keys.
public protocol VerificationKeys: Sendable {
    /// The key of that name, or `nil` when there is none.
    func key(named id: String) async -> JSONWebKey?

    /// Whether any keys are known; until then no token can be told from another.
    var hasKeys: Bool { get }
}

extension JSONWebKeySet: VerificationKeys {
    /// The key of that name.
    public func key(named id: String) async -> JSONWebKey? {
        self.keys.first { $0.kid == id }
    }

    /// Whether there are any.
    public var hasKeys: Bool { !self.keys.isEmpty }
}
