internal import Contracts
internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Postgres
internal import ServiceKit

/// The HTTP face of coming in, staying and leaving.
struct AuthRoutes: Sendable {
    let users: AggregateRepository<User>
    let sessions: Sessions
    let passwords: PasswordHasher
    let secrets: AccessSecrets
    let context: ServiceContext

    func declare(in routes: inout RouteTable) {
        for base in ["/auth", "/api/v1/auth"] {
            routes.post("\(base)/register", .public, self.register)
            routes.post("\(base)/login", .public, self.login)
            routes.post("\(base)/redeem", .public, self.redeem)
            routes.post("\(base)/refresh", .public, self.refresh)
            routes.post("\(base)/logout", .authenticated, self.logout)
            routes.get("\(base)/me", .authenticated, self.me)
            routes.post("\(base)/change-password", .authenticated, self.changePassword)
            routes.get("\(base)/sessions", .authenticated, self.listSessions)
            routes.delete("\(base)/sessions/{id}", .authenticated, self.endSession)
        }
    }

    private func register(_ request: ServiceRequest) async throws -> ServiceResponse {
        let body = try await request.decode(RegisterRequest.self)
        var errors = FieldErrors()
        let name = try errors.value { try FullName(body.fullName) }
        let email = try errors.value { try EmailAddress(body.email) }
        let password = try errors.value { try NewPassword(body.password) }
        let zone = try errors.value { try body.timeZone.map(TimeZoneID.init(checking:)) ?? .utc }
        guard let name, let email, let password, let zone else { throw errors.problem }
        var registration = Registration(
            fullName: name,
            email: email,
            password: try await self.passwords.hash(password.text, for: .newcomer)
        )
        registration.locale = body.locale ?? .russian
        registration.timeZone = zone
        let complete = registration
        let id = UUID.version7()
        return try await self.refusingTakenEmail {
            try await self.context.log.respond(to: request) { work in
                try self.users.handle(.registerTutor(complete), on: id, in: work)
                return try .json(try self.letIn(id, .tutor, work), status: 201).uncached
            }
        }
    }

    private func login(_ request: ServiceRequest) async throws -> ServiceResponse {
        let body = try await request.decode(LoginRequest.self)
        // An address that can be none belongs to nobody; it is told apart neither by the answer nor by its time.
        let email = try? EmailAddress(body.email)
        let account = try await self.context.postgres.withSession { session in
            try email.flatMap { try CredentialsQueries.account($0, in: session) }
        }
        guard try await self.passwords.verify(body.password, account?.passwordHash), let account else {
            throw Problem.wrongCredentials
        }
        let stronger = try await self.passwords.strengthened(account.passwordHash, of: body.password)
        return try await self.context.log.respond(to: request) { work in
            // The password may have changed since it was verified; from here on it can not.
            let current = try CredentialsQueries.lockedPasswordHash(of: account.id, in: work.session)
            guard current == account.passwordHash else { throw Problem.wrongCredentials }
            let user = try self.users.load(account.id, in: work).state
            guard user.status == .active, let role = user.role else { throw Problem.wrongCredentials }
            if let stronger { try self.users.handle(.strengthenPasswordHash(stronger), on: account.id, in: work) }
            return try .json(try self.letIn(account.id, role, work)).uncached
        }
    }

    private func redeem(_ request: ServiceRequest) async throws -> ServiceResponse {
        let body = try await request.decode(RedeemRequest.self)
        var errors = FieldErrors()
        let email = try errors.value { try EmailAddress(body.email) }
        let password = try errors.value { try NewPassword(body.password) }
        guard let email, let password else { throw errors.problem }
        guard let code = AccessCode(body.accessCode).map(self.secrets.hash) else { throw Problem.wrongAccessCode }
        // The code first: hashing costs so much that only who has a right to it may ask for it.
        guard let person = try await self.person(with: code, request) else { throw Problem.wrongAccessCode }
        let credential = Credential.password(email, try await self.passwords.hash(password.text, for: .newcomer))
        let response = try await self.refusingTakenEmail {
            try await self.context.log.transaction(request.identity.metadata) { work -> ServiceResponse? in
                let redeem = UserCommand.redeemAccessCode(code.proof, credential, at: work.now)
                let user = try self.users.handle(redeem, on: person, in: work).state
                // A newer code was issued meanwhile; the try is counted, which has to be committed.
                guard user.grant == nil, let role = user.role else { return nil }
                try self.sessions.revokeAll(of: person, .accessCodeRedeemed, in: work)
                return try .json(try self.letIn(person, role, work), status: 201).uncached
            }
        }
        guard let response else { throw Problem.wrongAccessCode }
        return response
    }

    /// Whose access code it is; `nil` when it is wrong, and then the try has been counted.
    private func person(with code: AccessCodeHash, _ request: ServiceRequest) async throws -> UUID? {
        try await self.context.log.transaction(request.identity.metadata) { work in
            guard let person = try CredentialsQueries.person(code, in: work.session) else { return nil }
            let user = try self.users.handle(.tryAccessCode(code.proof, at: work.now), on: person, in: work).state
            return user.grant?.proofHash == code.proof ? person : nil
        }
    }

    private func refresh(_ request: ServiceRequest) async throws -> ServiceResponse {
        let body = try await request.decode(RefreshRequest.self)
        guard let token = RefreshToken(body.refreshToken) else { throw Problem.unauthenticated }
        let response = try await self.context.log.transaction(request.identity.metadata) { work -> ServiceResponse? in
            guard let (person, successor) = try self.sessions.refresh(token, in: work) else { return nil }
            let user = try self.users.load(person, in: work).state
            guard user.status == .active, let role = user.role else { throw Problem.unauthenticated }
            let me = Principal(id: person, role: role, sessionID: token.session)
            return try .json(
                AuthResponse(
                    try PeopleQueries.person(person, for: me, in: work.session),
                    accessToken: try self.sessions.accessToken(person, role, token.session),
                    refreshToken: successor
                )
            ).uncached
        }
        guard let response else { throw Problem.unauthenticated }
        return response
    }

    private func logout(_ request: ServiceRequest) async throws -> ServiceResponse {
        let session = try request.principal.sessionID
        return try await self.context.log.respond(to: request) { work in
            try self.sessions.revoke(session, .logout, in: work)
            return .noContent
        }
    }

    private func me(_ request: ServiceRequest) async throws -> ServiceResponse {
        let me = try request.principal
        let view = try await self.context.postgres.withSession { try PeopleQueries.person(me.id, for: me, in: $0) }
        return try ServiceResponse.json(view).etag(StreamVersion(rawValue: view.version))
    }

    private func changePassword(_ request: ServiceRequest) async throws -> ServiceResponse {
        let me = try request.principal
        let body = try await request.decode(ChangePasswordRequest.self)
        let password = try NewPassword(body.newPassword, field: "new_password")
        let old = try await self.context.postgres.withSession { try CredentialsQueries.passwordHash(of: me.id, in: $0) }
        guard try await self.passwords.verify(body.oldPassword, old) else {
            throw Problem.invalid("old_password", "is not your password")
        }
        let hash = try await self.passwords.hash(password.text)
        return try await self.context.log.respond(to: request) { work in
            guard try CredentialsQueries.lockedPasswordHash(of: me.id, in: work.session) == old else {
                throw Problem.invalid("old_password", "is not your password any more")
            }
            try self.users.handle(.changePassword(hash), on: me.id, in: work)
            try self.sessions.revokeAll(of: me.id, except: me.sessionID, .passwordChanged, in: work)
            return .noContent
        }
    }

    private func listSessions(_ request: ServiceRequest) async throws -> ServiceResponse {
        let me = try request.principal.id
        let now = self.context.clock()
        let sessions = try await self.context.postgres.withSession {
            try SessionQueries.usable(of: me, at: now, in: $0)
        }
        return try .json(Page(sessions, nextCursor: nil))
    }

    private func endSession(_ request: ServiceRequest) async throws -> ServiceResponse {
        let (me, id) = (try request.principal.id, try request.id())
        return try await self.context.log.respond(to: request) { work in
            guard try SessionQueries.open(of: me, in: work.session).contains(where: { $0.id == id }) else {
                throw Problem.notFound()
            }
            try self.sessions.revoke(id, .endedByPerson, in: work)
            return .noContent
        }
    }

    /// Opens a session for somebody who has just proved identity.
    private func letIn(_ person: UUID, _ role: PersonRole, _ work: UnitOfWork) throws -> AuthResponse {
        let tokens = try self.sessions.open(for: person, role, in: work)
        let me = Principal(id: person, role: role, sessionID: tokens.refreshToken.session)
        let view = try PeopleQueries.person(person, for: me, in: work.session)
        return AuthResponse(view, accessToken: tokens.accessToken, refreshToken: tokens.refreshToken)
    }

    private func refusingTakenEmail<Result>(_ write: () async throws -> Result) async throws -> Result {
        do {
            return try await write()
        } catch let error as PostgresError where CredentialsQueries.isTakenEmail(error) {
            throw Problem.conflict("This e-mail address belongs to another account.", slug: "email-taken")
        }
    }
}
