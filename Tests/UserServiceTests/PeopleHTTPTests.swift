import Contracts
import EventSourcing
import Foundation
import ServiceTestKit
import TestKit
import Testing

@testable import UserService

@Suite("People by HTTP", .service(UserService.definition))
struct PeopleHTTPTests {
    @Test("Everything that is wrong with a request is told at once")
    func malformed() async throws {
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            let anonymous = house.service.anonymous
            let types: JSONValue = ["email": 1, "password": nil, "locale": "de", "color": "red"]
            let fields = ["color", "email", "full_name", "locale", "password"]
            #expect(try await anonymous.post("/auth/register", types).wrongFields == fields)
            let values: JSONValue = [
                "email": "a@b", "password": "short", "full_name": " ", "time_zone": "Mars/Olympus",
            ]
            let wrong = try await anonymous.post("/auth/register", values).wrongFields
            #expect(Set(wrong) == ["email", "password", "full_name", "time_zone"])
            let redeem: JSONValue = ["email": "x", "password": "short", "access_code": "x"]
            #expect(try await anonymous.post("/auth/redeem", redeem).wrongFields == ["email", "password"])
            let create: JSONValue = [
                "full_name": "", "role": "student", "children": [.string(tutor.name)], "time_zone": "x", "email": "x",
            ]
            let refused = try await tutor.post("/api/v1/users", create).wrongFields
            #expect(Set(refused) == ["children", "full_name", "time_zone", "email"])
            let change: JSONValue = ["phone": "1", "telegram_username": "?", "full_name": "", "time_zone": "x"]
            let kept = try await tutor.patch("/api/v1/users/\(tutor.name)", change).wrongFields
            #expect(Set(kept) == ["phone", "telegram_username", "full_name", "time_zone"])
            for query in ["limit=0", "limit=201", "cursor=x", "role=king"] {
                #expect(try await tutor.get("/api/v1/users?\(query)").status == 400)
            }
        }
    }

    @Test("If-Match lets only those change a profile who have seen it as it is")
    func ifMatch() async throws {
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            let path = "/api/v1/users/\(tutor.name)"
            let seen = try #require(try await tutor.get(path)[header: "ETag"])
            let change: JSONValue = ["phone": "+7 (495) 123-45-67", "bio": "Физика", "locale": "en"]
            let changed = try await tutor.patch(path, change, headers: [("If-Match", seen)])
            #expect(try changed.json["phone"] == "+74951234567")
            #expect(changed[header: "ETag"] == "\"2\"")
            #expect(try await tutor.patch(path, ["bio": ""], headers: [("If-Match", seen)]).status == 412)
            #expect(try await tutor.patch(path, ["bio": "", "phone": ""]).json["bio"] == .null)
        }
    }

    @Test("A list read page by page shows everybody once; a search finds parts of names and addresses")
    func paging() async throws {
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            for number in 0..<11 { _ = try await house.bring(.student, by: tutor, name: "Ученик \(number)") }
            _ = try await house.bring(.student, by: try await house.tutor(), name: "Чужой ученик")
            for limit in [1, 5, 200] {
                let people = try await tutor.getAll("/api/v1/users?limit=\(limit)")
                #expect(Set(people.compactMap { $0["id"]?.text }).count == 12)
                #expect(people.count == 12)
            }
            #expect(try await tutor.getAll("/api/v1/users?limit=3&role=student").count == 11)
            let search = "%D1%83%D1%87%D0%B5%D0%BD%D0%B8%D0%BA%201"
            #expect(try await tutor.getAll("/api/v1/users?search=\(search)").count == 2)
            #expect(try await tutor.getAll("/api/v1/users?search=\(tutor.name)@").count == 1)
            #expect(try await tutor.getAll("/api/v1/users?search=%25").isEmpty)
        }
    }

    @Test("A person who is brought again under the same key is brought once, with the same access code")
    func idempotency() async throws {
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            let (body, key): (JSONValue, _) = (["full_name": "Пётр", "role": "student"], [("Idempotency-Key", "1")])
            let first = try await tutor.post("/api/v1/users", body, headers: key)
            let second = try await tutor.post("/api/v1/users", body, headers: key)
            #expect(first.status == 201)
            #expect(second.body == first.body)
            #expect(second[header: "Idempotent-Replayed"] == "true")
            #expect(try await tutor.get("/api/v1/users?role=student").items.count == 1)
        }
    }

    @Test("An erased person is gone from every table, and stays unreadable when the read models are rebuilt")
    func erase() async throws {
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            let brought = try await tutor.post(
                "/api/v1/users",
                ["full_name": "Акакий Башмачкин", "role": "student", "email": "akaki@example.org"],
                headers: [("Idempotency-Key", "bring")]
            )
            let id = try #require(try brought.json["user"]?["id"]?.text.flatMap(UUID.init(uuidString:)))
            let student = try house.visitor(.student, id)
            let path = "/api/v1/users/\(student.name)"
            let details: JSONValue = ["phone": "+78121234567", "bio": "Переписчик", "telegram_username": "@overcoat"]
            #expect(try await student.patch(path, details, headers: [("Idempotency-Key", "1")]).status == 200)
            let credential = Credential.password(try EmailAddress("akaki@example.org"), PasswordHash("scrypt$secret"))
            try await house.redeem(try #require(try brought.json["access_code"]?.text), credential, on: id)
            let traces = [
                "Акакий Башмачкин", "akaki@example.org", "+78121234567", "Переписчик", "overcoat", "scrypt$secret",
            ]
            #expect(try await house.service.postgres.tables(with: traces) == ["credentials", "people"])
            #expect(try await house.service.postgres.tables(with: [student.name]).contains("idempotency_keys"))

            #expect(try await student.send("DELETE", path).status == 204)
            #expect(try await house.service.postgres.tables(with: traces) == [])
            #expect(try await !house.service.postgres.tables(with: [student.name]).contains("idempotency_keys"))
            try await house.rebuildAll()
            #expect(try await house.service.postgres.tables(with: traces) == [])
            let left = try await tutor.get(path).json
            #expect(left["status"] == "erased")
            #expect(left["full_name"] == .null)
            // Nothing is there any more, and seconds later nobody is let in either.
            #expect([403, 404].contains(try await student.patch(path, ["bio": "Я вернулся"]).status))
            #expect(try await tutor.post("\(path)/access-code").status == 404)
            #expect(try await tutor.get("/api/v1/users").items.contains { $0["id"] == .string(student.name) } == false)
        }
    }
}
