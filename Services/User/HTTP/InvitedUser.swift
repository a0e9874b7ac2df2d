/// The answer to `POST /api/v1/users` and to a new access code: the only time that the code is seen.
struct InvitedUser: Encodable, Sendable {
    let user: UserView
    let accessCode: String

    enum CodingKeys: String, CodingKey {
        case user
        case accessCode = "access_code"
    }
}
