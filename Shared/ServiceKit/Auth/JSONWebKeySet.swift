/// The document at `/.well-known/jwks.json`.
public struct JSONWebKeySet: Codable, Hashable, Sendable {
    /// The keys that tokens may be signed with; two during a rotation.
    public var keys: [JSONWebKey]

    /// A set of keys.
    public init(keys: [JSONWebKey]) {
        self.keys = keys
    }
}
