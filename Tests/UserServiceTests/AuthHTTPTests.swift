import Contracts
import EventSourcing
import EventStorePostgres
import Foundation
import Postgres
import ServiceTestKit
import TestKit
import Testing

@testable import UserService

@Suite("Coming in, staying and leaving by HTTP", .service(UserService.definition))
struct AuthHTTPTests {
    private static let password: JSONValue = "correct horse"

    @Test("A tutor registers once per address, logs in, sees himself and his sessions, and leaves")
    func tutor() async throws {
        let contract = try Contract(PackageResources.openapi_yaml)
        try await UserHouse.run { house in
            let anonymous = house.service.anonymous
            var body: JSONValue = ["email": "anna@example.org", "password": Self.password, "full_name": "Анна"]
            let registered = try await anonymous.post("/auth/register", body)
            #expect(registered.status == 201)
            #expect(registered[header: "Cache-Control"] == "no-store")
            #expect(try registered.json.names == contract.members(of: "Admission"))
            #expect(try registered.json["user"]?["role"] == "tutor")
            #expect(try registered.json["expires_in"] == 900)
            body["email"] = "ANNA@example.org "
            let again = try await anonymous.post("/api/v1/auth/register", body)
            #expect(again.status == 409)
            #expect(try again.problem == "email-taken")

            let login = try await anonymous.post(
                "/auth/login",
                ["email": "Anna@Example.org", "password": Self.password]
            )
            #expect(login.status == 200)
            let anna = Visitor(house.service.client, token: try login.json["access_token"]?.text)
            #expect(try await anna.get("/auth/me").json["email"] == "anna@example.org")
            let sessions = try await anna.get("/auth/sessions").items
            #expect(sessions.count == 2)
            #expect(sessions[0].names == contract.members(of: "Session"))
            #expect(try await anna.post("/auth/logout").status == 204)
            #expect(try await anna.get("/auth/sessions").items.count == 1)
            #expect(try await anonymous.refresh(login).status == 401)
            #expect(try await anonymous.refresh(registered).status == 200)
        }
    }

    @Test("AU-5: an unknown address, a wrong password and a blocked account are answered with the same words")
    func wrongLogins() async throws {
        try await UserHouse.run { house in
            let anonymous = house.service.anonymous
            let email: JSONValue = "boris@example.org"
            let body: JSONValue = ["email": email, "password": Self.password, "full_name": "Борис"]
            let id = try await anonymous.post("/auth/register", body).json["user"]?["id"]?.text
            let boris = try #require(id.flatMap(UUID.init(uuidString:)))
            var answers = [
                try await anonymous.post("/auth/login", ["email": "nobody@example.org", "password": Self.password]),
                try await anonymous.post("/auth/login", ["email": "no address", "password": ""]),
                try await anonymous.post("/auth/login", ["email": email, "password": "wrong"]),
            ]
            try await house.handle(.block(by: .sample(1)), on: boris)
            answers.append(try await anonymous.post("/auth/login", ["email": email, "password": Self.password]))
            for answer in answers {
                var problem = try answer.json
                problem["correlation_id"] = nil
                #expect(
                    problem == [
                        "type": "urn:repitbot:problem:wrong-credentials", "status": 401, "instance": "/auth/login",
                        "title": "E-mail address or password is wrong",
                    ]
                )
            }
        }
    }

    @Test(
        "AU-3: a refresh token works once; for ten seconds it gives the same successor, after that it ends the session"
    )
    func refresh() async throws {
        try await UserHouse.run { house in
            let anonymous = house.service.anonymous
            let body: JSONValue = ["email": "vera@example.org", "password": Self.password, "full_name": "Вера"]
            let first = try await anonymous.post("/auth/register", body)
            let second = try await anonymous.refresh(first)
            #expect(second.status == 200)
            #expect(try second.refreshToken != first.refreshToken)

            house.service.clock.advance(by: 10)
            // Ten at the same moment, as an impatient client sends them.
            let successors = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<10 { group.addTask { try await anonymous.refresh(first).refreshToken } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(try successors == [second.refreshToken])
            let third = try await anonymous.refresh(second)
            #expect(third.status == 200)

            house.service.clock.advance(by: 11)
            #expect(try await anonymous.refresh(second).status == 401)
            #expect(try await anonymous.refresh(third).status == 401)
            let id = try #require(try first.json["user"]?["id"]?.text.flatMap(UUID.init(uuidString:)))
            #expect(try await house.visitor(.tutor, id).get("/auth/sessions").items.isEmpty)
            for token in ["", "x", "\(id.uuidString).AAAA"] {
                #expect(try await anonymous.post("/auth/refresh", ["refresh_token": .string(token)]).status == 401)
            }
        }
    }

    @Test("a person has 50 sessions at most, and sees those that can still be used")
    func manySessions() async throws {
        try await UserHouse.run { house in
            let anonymous = house.service.anonymous
            let body: JSONValue = ["email": "zoya@example.org", "password": Self.password, "full_name": "Зоя"]
            let first = try await anonymous.post("/auth/register", body)
            let login: JSONValue = ["email": "zoya@example.org", "password": Self.password]
            for _ in 1...50 {
                house.service.clock.advance(by: 1)
                #expect(try await anonymous.post("/auth/login", login).status == 200)
            }
            #expect(try await anonymous.refresh(first).status == 401)
            let id = try #require(try first.json["user"]?["id"]?.text.flatMap(UUID.init(uuidString:)))
            #expect(try await house.visitor(.tutor, id).get("/auth/sessions").items.count == 50)
            house.service.clock.advance(by: 7 * 24 * 60 * 60)
            #expect(try await anonymous.post("/auth/login", login).status == 200)
            #expect(try await house.visitor(.tutor, id).get("/auth/sessions").items.count == 1)
        }
    }

    @Test("AU-3: the same token shown by twenty at once has one successor, and nobody is thrown out")
    func refreshRace() async throws {
        try await UserHouse.run { house in
            let anonymous = house.service.anonymous
            let body: JSONValue = ["email": "gleb@example.org", "password": Self.password, "full_name": "Глеб"]
            let admission = try await anonymous.post("/auth/register", body)
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for _ in 0..<20 { group.addTask { try await anonymous.refresh(admission) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 200 })
            #expect(try Set(answers.map { try $0.refreshToken }).count == 1)
        }
    }

    @Test("A changed password ends all other sessions; sessions end after seven idle days, and one can be ended alone")
    func password() async throws {
        try await UserHouse.run { house in
            let anonymous = house.service.anonymous
            let login: JSONValue = ["email": "dina@example.org", "password": Self.password]
            var body = login
            body["full_name"] = "Дина"
            let registered = try await anonymous.post("/auth/register", body)
            let other = try await anonymous.post("/auth/login", login)
            let dina = Visitor(house.service.client, token: try registered.json["access_token"]?.text)
            let wrong: JSONValue = ["old_password": "wrong", "new_password": "battery staple"]
            #expect(try await dina.post("/auth/change-password", wrong).wrongFields == ["old_password"])
            let right: JSONValue = ["old_password": Self.password, "new_password": "battery staple"]
            #expect(try await dina.post("/auth/change-password", right).status == 204)
            #expect(try await anonymous.refresh(other).status == 401)
            #expect(try await anonymous.post("/auth/login", login).status == 401)
            let sessions = try await dina.get("/auth/sessions").items
            #expect(sessions.count == 1)
            let stranger = try await house.tutor()
            let path = "/auth/sessions/\(sessions[0]["id"]?.text ?? "")"
            #expect(try await stranger.send("DELETE", path).status == 404)
            #expect(try await house.service.anonymous.send("DELETE", path).status == 401)
            let fresh = try await anonymous.refresh(registered)
            house.service.clock.advance(by: 7 * 86_400)
            #expect(try await anonymous.refresh(fresh).status == 401)
        }
    }

    @Test("a password that is being changed at the same moment lets nobody in, and can not be changed once more")
    func changedMeanwhile() async throws {
        try await UserHouse.run { house in
            let login: JSONValue = ["email": "egor@example.org", "password": Self.password]
            let late = try await self.whileChangingPassword(of: "egor@example.org", house) { _ in
                try await house.service.anonymous.post("/auth/login", login)
            }
            #expect(late.status == 401, "\(late.text)")
            let change: JSONValue = ["old_password": Self.password, "new_password": "battery staple"]
            let second = try await self.whileChangingPassword(of: "zoya@example.org", house) { zoya in
                try await zoya.post("/auth/change-password", change)
            }
            #expect(try second.wrongFields == ["old_password"], "\(second.text)")
        }
    }

    /// Lets somebody do something who has verified the old password, but comes to the account when it has a new one.
    private func whileChangingPassword(
        of email: String,
        _ house: UserHouse,
        _ attempt: @escaping @Sendable (Visitor) async throws -> Answer
    ) async throws -> Answer {
        let body: JSONValue = ["email": .string(email), "password": Self.password, "full_name": "Егор"]
        let registered = try await house.service.anonymous.post("/auth/register", body).json
        let id = try #require(registered["user"]?["id"]?.text.flatMap(UUID.init(uuidString:)))
        let visitor = Visitor(house.service.client, id: id, token: registered["access_token"]?.text)
        return try await house.service.log.transaction(EventMetadata(correlationID: "tests")) { work in
            try house.users.handle(.changePassword(PasswordHash("none")), on: id, in: work)
            try work.session.flush()
            let attempt = Task { try await attempt(visitor) }
            try work.session.waitUntilAwaited()
            return attempt
        }.value
    }

    @Test("a password whose hash is weaker than today's is hashed anew at the next login")
    func strengthened() async throws {
        let weak = PasswordHasher(ScryptParameters(logCost: 4, blockSize: 8, parallelism: 1))
        let hash = try await weak.hash("correct horse")
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            try await house.handle(.changePassword(hash), on: tutor.id)
            let login: JSONValue = ["email": .string("\(tutor.name)@example.org"), "password": Self.password]
            let stored = { @Sendable () async throws in
                try await house.service.postgres.withSession {
                    try CredentialsQueries.passwordHash(of: tutor.id, in: $0)
                }
            }
            for _ in 1...2 {
                #expect(try await house.service.anonymous.post("/auth/login", login).status == 200)
                #expect(try await stored()?.text.hasPrefix("scrypt$5$8$1$") == true)
            }
            #expect(try await tutor.get("/auth/me").json["version"] == 3)
            try await house.rebuildAll()
        }
    }
}

extension Visitor {
    fileprivate func refresh(_ answer: Answer) async throws -> Answer {
        try await self.post("/auth/refresh", ["refresh_token": .string(try answer.refreshToken ?? "")])
    }
}

extension Answer {
    fileprivate var refreshToken: String? {
        get throws { try self.json["refresh_token"]?.text }
    }
}

extension PostgresSession {
    /// Waits until another transaction waits for this one.
    ///
    /// Asks for locks: who is connected is remembered for a whole transaction, and the other may connect during this one.
    fileprivate func waitUntilAwaited() throws {
        for _ in 0..<1_000 {
            let waiting = try self.query(
                """
                SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
                """
            )
            if !waiting.isEmpty { return }
            try self.execute("SELECT pg_sleep(0.01)")
        }
        Issue.record("nobody waits")
    }
}
