import Contracts
import EventSourcing
import EventStorePostgres
import Foundation
import Postgres
import ServiceTestKit
import TestKit
import Testing

@testable import UserService

@Suite("Access codes by HTTP", .service(UserService.definition))
struct AccessCodeHTTPTests {
    private static let password: JSONValue = "correct horse"

    @Test("An access code lets in once, by the address and password that its owner chooses")
    func accessCode() async throws {
        try await UserHouse.run { house in
            let anonymous = house.service.anonymous
            let student = try await house.bring(.student, by: try await house.tutor())
            var body: JSONValue = ["email": "petya@example.org", "password": Self.password]
            // As people type it.
            body["access_code"] = .string(" \(student.code.prefix(4).lowercased())-\(student.code.suffix(4)) ")
            let redeemed = try await anonymous.post("/auth/redeem", body)
            #expect(redeemed.status == 201)
            #expect(try redeemed.json["user"]?["id"] == .string(student.visitor.name))
            #expect(try redeemed.json["user"]?["status"] == "active")
            body["email"] = "thief@example.org"
            #expect(try await anonymous.post("/auth/redeem", body).wrongFields == ["access_code"])
            let login = try await anonymous.post(
                "/auth/login",
                ["email": "petya@example.org", "password": Self.password]
            )
            #expect(login.status == 200)
        }
    }

    @Test("A code is void after five wrong tries, after fourteen days, and when a new one is issued")
    func voidCodes() async throws {
        try await UserHouse.run { house in
            let anonymous = house.service.anonymous
            let tutor = try await house.tutor()
            @Sendable func redeem(_ code: String, _ email: String = "petya@example.org") async throws -> Answer {
                try await anonymous.post(
                    "/auth/redeem",
                    ["access_code": .string(code), "email": .string(email), "password": Self.password]
                )
            }
            let guessed = try await house.bring(.student, by: tutor)
            let wrong = guessed.code.prefix(4) + (guessed.code.hasSuffix("2222") ? "3333" : "2222")
            for _ in 1...5 { #expect(try await redeem(String(wrong)).wrongFields == ["access_code"]) }
            #expect(try await redeem(guessed.code).status == 400)

            let path = "/api/v1/users/\(guessed.visitor.name)/access-code"
            let issued = try await tutor.post(path).json["access_code"]?.text
            let newer = try await tutor.post(path).json["access_code"]?.text
            #expect(try await redeem(try #require(issued)).status == 400)

            house.service.clock.advance(by: 14 * 86_400 - 1)
            #expect(try await redeem(try #require(newer)).status == 201)
            let late = try await house.bring(.student, by: try house.visitor(.tutor, tutor.id))
            house.service.clock.advance(by: 14 * 86_400)
            #expect(try await redeem(late.code, "late@example.org").status == 400)
        }
    }

    @Test("a wrong access code is told apart before a password is hashed, and is counted")
    func wrongCode() async throws {
        try await UserHouse.run { house in
            let student = try await house.bring(.student, by: try await house.tutor())
            let proof = student.code.hasSuffix("2222") ? "3333" : "2222"
            for code in [student.code.prefix(4) + proof, "AAAA2222"] {
                let body: JSONValue = [
                    "access_code": .string(String(code)), "email": "petya@example.org", "password": Self.password,
                ]
                #expect(try await house.service.anonymous.post("/auth/redeem", body).wrongFields == ["access_code"])
            }
            #expect(try await house.service.postgres.events(of: student.visitor.id).last == "user.access_code_missed")
        }
    }
}

extension PostgresClient {
    /// What happened to a person, in order.
    fileprivate func events(of person: UUID) async throws -> [String] {
        try await self.withSession { session in
            try session.query("SELECT type FROM events WHERE stream_id = \(person) ORDER BY stream_version")
                .map { try $0.decode(0) }
        }
    }
}
