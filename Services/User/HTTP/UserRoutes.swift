internal import Contracts
internal import Directory
internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Postgres
internal import ServiceKit

/// The HTTP face of people.
struct UserRoutes: Sendable {
    /// How many people somebody may have invited who have not come in yet: codes are short, and have to last for all.
    private static let mostInvited = 200

    let users: AggregateRepository<User>
    let sessions: Sessions
    let keys: PersonalKeys
    let secrets: AccessSecrets
    let context: ServiceContext

    func declare(in routes: inout RouteTable) {
        routes.post("/api/v1/users", .role(.tutor, .admin), self.create)
        routes.get("/api/v1/users", .authenticated, self.list)
        routes.get("/api/v1/users/{id}", .authenticated, self.show)
        routes.patch("/api/v1/users/{id}", .authenticated, self.change)
        routes.delete("/api/v1/users/{id}", .authenticated, self.erase)
        routes.post("/api/v1/users/{id}/access-code", .role(.tutor, .admin), self.issueAccessCode)
        routes.put("/api/v1/users/{id}/parents/{parent_id}", .role(.tutor, .admin), self.addParent)
        routes.delete("/api/v1/users/{id}/parents/{parent_id}", .role(.tutor, .admin), self.removeParent)
        routes.delete("/api/v1/users/{id}/tutors/{tutor_id}", .role(.tutor, .admin), self.removeTutor)
    }

    private func create(_ request: ServiceRequest) async throws -> ServiceResponse {
        let creator = try request.principal
        let body = try await request.decode(CreateUserRequest.self)
        var errors = FieldErrors()
        errors.check(body.role == .parent || body.children?.isEmpty ?? true, "children", "belong to a parent")
        let children = try errors.value { try Children(body.children) }
        let name = try errors.value { try FullName(body.fullName) }
        let email = try errors.value { try body.email.map(EmailAddress.init(_:)) }
        let zone = try errors.value { try body.timeZone.map(TimeZoneID.init(checking:)) }
        guard let name, let email, let zone, let children, errors.isEmpty else { throw errors.problem }
        try await StudentAccess.teach.require(creator, for: children.ids, in: self.context.postgres)
        let id = UUID.version7()
        return try await self.withNewCode { code in
            try await self.context.log.respond(to: request) { work in
                let invited = try PeopleQueries.countInvited(by: creator.id, in: work.session)
                guard creator.role == .admin || invited < Self.mostInvited else {
                    throw Problem.tooManyInvited(limit: Self.mostInvited)
                }
                let own = try DirectoryQueries.person(creator.id, in: work.session)
                let introduction = Introduction(
                    role: body.role == .parent ? .parent : .student(tutor: creator.role == .tutor ? creator.id : nil),
                    fullName: name,
                    email: email,
                    locale: body.locale ?? own?.locale ?? .russian,
                    timeZone: zone ?? own?.timeZone ?? .utc,
                    accessCode: self.secrets.hash(of: code),
                    by: creator.id
                )
                try self.users.handle(.introduce(introduction, at: work.now), on: id, in: work)
                for child in children.ids { try self.users.handle(.addRelation(.parent, id), on: child, in: work) }
                let view = try PeopleQueries.person(id, for: creator, in: work.session)
                return try .created(
                    InvitedUser(user: view, accessCode: code.description),
                    at: "/api/v1/users/\(id.lowercased)"
                ).uncached
            }
        }
    }

    private func list(_ request: ServiceRequest) async throws -> ServiceResponse {
        let (viewer, filter, page) = (try request.principal, try request.query(UserFilter.self), try request.page())
        return try .json(
            try await self.context.postgres.withSession { try PeopleQueries.list(filter, page, for: viewer, in: $0) }
        )
    }

    private func show(_ request: ServiceRequest) async throws -> ServiceResponse {
        let (viewer, id) = (try request.principal, try request.id())
        let view = try await self.context.postgres.withSession { try PeopleQueries.person(id, for: viewer, in: $0) }
        return try ServiceResponse.json(view).etag(StreamVersion(rawValue: view.version))
    }

    private func change(_ request: ServiceRequest) async throws -> ServiceResponse {
        let change = try ProfileChange(try await request.decode(ChangeUserRequest.self))
        return try await self.handle(request, .changeProfile(change))
    }

    private func erase(_ request: ServiceRequest) async throws -> ServiceResponse {
        let (actor, id) = (try request.principal, try request.id())
        return try await self.context.log.respond(to: request) { work in
            try self.requireManager(actor, of: id, in: work)
            let user = try self.users.load(id, in: work).state
            if actor.id != id, actor.role != .admin, user.status != .invited { throw Problem.notYoursToErase }
            if user.role == .admin, try !PeopleQueries.hasAdmin(except: id, in: work.session) {
                throw Problem.lastAdministrator
            }
            for relation in Relation.allCases {
                for student in try DirectoryQueries.students(of: id, as: relation, in: work.session) {
                    try self.users.handle(.removeRelation(relation, id), on: student, in: work)
                }
            }
            try self.users.handle(.erase(by: actor.id), on: id, in: work)
            try self.sessions.revokeAll(of: id, .erased, in: work)
            self.keys.erase(id, in: work.session)
            Idempotency.forget(id, in: work.session)
            return .noContent
        }
    }

    private func issueAccessCode(_ request: ServiceRequest) async throws -> ServiceResponse {
        let (actor, id) = (try request.principal, try request.id())
        // Nobody needs a code to become who he is; a thief with somebody's token would stay for ever.
        guard actor.id != id else { throw Problem.forbidden }
        return try await self.withNewCode { code in
            try await self.context.log.respond(to: request) { work in
                try self.requireManager(actor, of: id, in: work)
                let hash = self.secrets.hash(of: code)
                try self.users.handle(.issueAccessCode(hash, by: actor.id, at: work.now), on: id, in: work)
                let view = try PeopleQueries.person(id, for: actor, in: work.session)
                return try .json(InvitedUser(user: view, accessCode: code.description), status: 201).uncached
            }
        }
    }

    private func addParent(_ request: ServiceRequest) async throws -> ServiceResponse {
        let parent = try request.id("parent_id")
        try await self.requireParent(parent, for: try request.principal)
        return try await self.relate(request, .addRelation(.parent, parent))
    }

    private func removeParent(_ request: ServiceRequest) async throws -> ServiceResponse {
        try await self.relate(request, .removeRelation(.parent, try request.id("parent_id")))
    }

    /// A tutor can leave a student, and an administrator can end what a tutor does not.
    private func removeTutor(_ request: ServiceRequest) async throws -> ServiceResponse {
        let (actor, id, tutor) = (try request.principal, try request.id(), try request.id("tutor_id"))
        try await StudentAccess.teach.require(actor, for: [id], in: self.context.postgres)
        guard actor.role == .admin || actor.id == tutor else { throw Problem.notFound() }
        return try await self.context.log.respond(to: request) { work in
            let loaded = try self.users.load(id, in: work)
            try request.checkIfMatch(loaded.version)
            try self.users.handle(.removeRelation(.tutor, tutor), on: id, from: loaded, in: work)
            return .noContent
        }
    }

    /// Lets a student's account decide about its relations, when the caller teaches the student.
    private func relate(_ request: ServiceRequest, _ command: UserCommand) async throws -> ServiceResponse {
        try await StudentAccess.teach.require(try request.principal, for: [try request.id()], in: self.context.postgres)
        return try await self.handle(request, command)
    }

    /// Lets an account decide a command of its owner, or of who looks after it.
    private func handle(_ request: ServiceRequest, _ command: UserCommand) async throws -> ServiceResponse {
        let (actor, id) = (try request.principal, try request.id())
        return try await self.context.log.respond(to: request) { work in
            try self.requireManager(actor, of: id, in: work)
            let loaded = try self.users.load(id, in: work)
            try request.checkIfMatch(loaded.version)
            let user = try self.users.handle(command, on: id, from: loaded, in: work)
            return try ServiceResponse.json(try PeopleQueries.person(id, for: actor, in: work.session)).etag(
                user.version
            )
        }
    }

    /// An account is looked after by its owner, by an administrator, and by a tutor as long as the person is his business.
    private func requireManager(_ actor: Principal, of id: UUID, in work: UnitOfWork) throws {
        if actor.id == id || actor.role == .admin { return }
        _ = try PeopleQueries.person(id, for: actor, in: work.session)
        guard actor.role == .tutor, try PeopleQueries.isLookedAfter(id, by: actor.id, in: work.session) else {
            throw Problem.forbidden
        }
    }

    private func requireParent(_ id: UUID, for actor: Principal) async throws {
        let view = try await self.context.postgres.withSession { try PeopleQueries.person(id, for: actor, in: $0) }
        guard view.role == PersonRole.parent.rawValue, view.status != UserStatus.erased.rawValue else {
            throw Problem.invalid("parent_id", "is not a parent")
        }
    }

    /// Draws a code; another one when the half that finds a person is taken.
    private func withNewCode(_ write: (AccessCode) async throws -> ServiceResponse) async throws -> ServiceResponse {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20 {
            do {
                return try await write(AccessCode(using: &random))
            } catch let error as PostgresError where CredentialsQueries.isTakenCode(error) {
                continue
            }
        }
        throw Problem.unavailable("No access code is free; try again.")
    }
}
