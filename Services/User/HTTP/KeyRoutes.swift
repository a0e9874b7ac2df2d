internal import ServiceKit

/// The public keys by which everybody can check access tokens (RFC 7517).
struct KeyRoutes: Sendable {
    let signingKeys: SigningKeys

    func declare(in routes: inout RouteTable) {
        routes.get("/.well-known/jwks.json", .public, self.show)
    }

    private func show(_ request: ServiceRequest) async throws -> ServiceResponse {
        let keys = self.signingKeys.published
        guard !keys.keys.isEmpty else { throw Problem.unavailable("Signing keys are being loaded.") }
        return try .json(keys).header("Cache-Control", "public, max-age=60")
    }
}
