import Contracts
import Crypto
import EventSourcing
import EventStorePostgres
import Foundation
import Postgres
import ServiceKit
import ServiceTestKit
import TestKit

@testable import UserService

/// The user service, with ways to fill it that do not take the time of hashing passwords.
struct UserHouse: Sendable {
    let service: RunningService
    let keys: PersonalKeys
    let secrets = AccessSecrets(master: SymmetricKey(data: Self.secret))
    private let key: SigningKey
    let users: AggregateRepository<User>

    private static let secret = [UInt8](repeating: 7, count: 32)

    static func run(_ body: @Sendable (UserHouse) async throws -> Void) async throws {
        let secret = Data(Self.secret).base64EncodedString()
        try await RunningService.run(
            UserService.define(hashing: .cheap),
            openAPI: PackageResources.openapi_yaml,
            environment: ["JWT_SECRET_KEY": secret, "PERSONAL_DATA_KEY": secret],
            hasOwnKeys: true,
            clock: ManualClock(at: Sample.noon)
        ) { try await body(try await UserHouse($0)) }
    }

    private init(_ service: RunningService) async throws {
        try await eventually("signing keys") {
            try await service.anonymous.get("/.well-known/jwks.json").status == 200
        }
        let keys = PersonalKeys(wrappingKey: SymmetricKey(data: Self.secret))
        let wrappingKey = self.secrets.signingKeys
        self.service = service
        self.keys = keys
        self.users = AggregateRepository(projections: UserService.userProjections, keys: keys)
        self.key = try await service.postgres.withSession { session in
            let row = try session.query("SELECT id, wrapped_key FROM signing_keys")[0]
            let id = try row.decode(0, as: String.self)
            let box = try AES.GCM.SealedBox(combined: try row.decode(1, as: [UInt8].self))
            let clear = try AES.GCM.open(box, using: wrappingKey, authenticating: Data(id.utf8))
            return try SigningKey(id: id, rawRepresentation: [UInt8](clear))
        }
    }

    /// Somebody with a token that is good now.
    func visitor(_ role: PersonRole, _ id: UUID) throws -> Visitor {
        try self.service.visitor(role, id, key: self.key)
    }

    /// A new tutor, whom no password lets in.
    func tutor(_ name: String = "Анна Тьютор") async throws -> Visitor {
        let visitor = try self.visitor(.tutor, .version7())
        try await self.handle(.registerTutor(try Self.registration(name, visitor.name)), on: visitor.id)
        return visitor
    }

    /// A new administrator, whom no password lets in.
    func admin() async throws -> Visitor {
        let visitor = try self.visitor(.admin, .version7())
        try await self.handle(.appointAdmin(try Self.registration("Админ", visitor.name)), on: visitor.id)
        return visitor
    }

    /// A new student or parent, and the access code.
    func bring(
        _ role: PersonRole,
        by tutor: Visitor,
        children: [Visitor] = [],
        name: String = "Пётр"
    ) async throws -> (visitor: Visitor, code: String) {
        var body: JSONValue = ["full_name": .string(name), "role": .string(role.rawValue)]
        if !children.isEmpty { body["children"] = .array(children.map { .string($0.name) }) }
        let answer = try await tutor.post("/api/v1/users", body)
        guard let id = try answer.json["user"]?["id"]?.text.flatMap(UUID.init(uuidString:)),
            let code = try answer.json["access_code"]?.text
        else { throw Unexpected(answer: answer.text) }
        return (try self.visitor(role, id), code)
    }

    /// What no route does yet.
    func handle(_ command: UserCommand, on person: UUID) async throws {
        try await self.service.log.transaction(EventMetadata(correlationID: "tests")) {
            try self.users.handle(command, on: person, in: $0)
        }
    }

    private static func registration(_ name: String, _ id: String) throws -> Registration {
        Registration(
            fullName: try FullName(name),
            email: try EmailAddress("\(id)@example.org"),
            password: PasswordHash("none")
        )
    }

    struct Unexpected: Error {
        let answer: String
    }
}

extension ScryptParameters {
    /// A thousandth of the work, so that tests do not wait for passwords.
    static let cheap = ScryptParameters(logCost: 5, blockSize: 8, parallelism: 1)
}
