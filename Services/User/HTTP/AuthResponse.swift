internal import ServiceKit

/// What somebody gets who has proved identity.
struct AuthResponse: Encodable, Sendable {
    let user: UserView
    let accessToken: String
    let refreshToken: String
    let tokenType = "Bearer"
    /// How long the access token lives, in seconds.
    let expiresIn = Int(AccessToken.maximumLifetime)

    enum CodingKeys: String, CodingKey {
        case user
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case tokenType = "token_type"
        case expiresIn = "expires_in"
    }

    init(_ user: UserView, accessToken: String, refreshToken: RefreshToken) {
        self.user = user
        self.accessToken = accessToken
        self.refreshToken = refreshToken.description
    }
}
