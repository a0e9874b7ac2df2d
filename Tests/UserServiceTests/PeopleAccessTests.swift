import Contracts
import EventSourcing
import Foundation
import ServiceTestKit
import TestKit
import Testing

@testable import UserService

@Suite("Who may do what with people", .service(UserService.definition))
struct PeopleAccessTests {
    @Test("openapi.yaml describes exactly the routes there are, and people have the members it says")
    func contract() async throws {
        let contract = try Contract(PackageResources.openapi_yaml)
        try await UserHouse.run { house in
            #expect(contract.operations == house.service.ownOperations)
            let tutor = try await house.tutor()
            let invited = try await tutor.post("/api/v1/users", ["full_name": "Пётр", "role": "student"])
            #expect(try invited.json.names == contract.members(of: "Invitation"))
            #expect(try invited.json["user"]?.names == contract.members(of: "User"))
            #expect(try invited.json["user"]?["phone"] == .null)
            #expect(try await tutor.get("/auth/me").json.names == contract.members(of: "User"))
            #expect(try await tutor.get("/api/v1/users").json.names == contract.members(of: "UserPage"))
        }
    }

    @Test("AU-7: everybody else gets 401, 403 or 404, on every route")
    func matrix() async throws {
        try await UserHouse.run { house in
            let (tutor, otherTutor, admin) = (try await house.tutor(), try await house.tutor(), try await house.admin())
            let student = try await house.bring(.student, by: tutor).visitor
            let parent = try await house.bring(.parent, by: tutor, children: [student]).visitor
            let otherStudent = try await house.bring(.student, by: otherTutor).visitor
            let otherParent = try await house.bring(.parent, by: otherTutor, children: [otherStudent]).visitor
            let path = "/api/v1/users/\(student.name)"
            let relation = "\(path)/parents/\(parent.name)"
            let visitors: [(Visitor, show: Int, change: Int, code: Int, relate: Int)] = [
                (tutor, 200, 412, 201, 412),
                (admin, 200, 412, 201, 412),
                (student, 200, 412, 403, 403),
                (parent, 200, 403, 403, 403),
                (otherTutor, 404, 404, 404, 404),
                (otherStudent, 404, 404, 403, 403),
                (otherParent, 404, 404, 403, 403),
                (house.service.anonymous, 401, 401, 401, 401),
            ]
            let stale = [("If-Match", "\"99\"")]
            for (index, visitor) in visitors.enumerated() {
                let person = visitor.0
                #expect(try await person.get(path).status == visitor.show, "visitor \(index)")
                let change = try await person.patch(path, ["bio": "x"], headers: stale)
                #expect(change.status == visitor.change, "visitor \(index)")
                #expect(try await person.post("\(path)/access-code").status == visitor.code, "visitor \(index)")
                for method in ["PUT", "DELETE"] {
                    let answer = try await person.send(method, relation, headers: stale)
                    #expect(answer.status == visitor.relate, "visitor \(index): \(method)")
                }
                if ![200, 412].contains(visitor.change) {
                    #expect(try await person.send("DELETE", path).status == visitor.change, "visitor \(index)")
                }
                let list = try await person.get("/api/v1/users")
                let isListed = try list.status == 200 && list.items.contains { $0["id"] == .string(student.name) }
                #expect(isListed == (visitor.show == 200), "visitor \(index)")
            }
            #expect(try await student.get(path).json["status"] == "invited")
            // A parent who is none of the tutor's business does not exist.
            let foreign = "\(path)/parents/\(otherParent.name)"
            #expect(try await tutor.send("PUT", foreign).status == 404)
            #expect(try await tutor.send("PUT", "\(path)/parents/\(student.name)").wrongFields == ["parent_id"])
        }
    }

    @Test("AU-7: a tutor can not bring a parent for a stranger's student, nor more than two for one")
    func parents() async throws {
        try await UserHouse.run { house in
            let (tutor, otherTutor) = (try await house.tutor(), try await house.tutor())
            let student = try await house.bring(.student, by: tutor).visitor
            let foreign = try await house.bring(.student, by: otherTutor).visitor
            func body(_ children: Visitor...) -> JSONValue {
                ["full_name": "Мама", "role": "parent", "children": .array(children.map { .string($0.name) })]
            }
            #expect(try await tutor.post("/api/v1/users", body(student, foreign)).status == 404)
            #expect(try await tutor.get("/api/v1/users?role=parent").items.isEmpty)
            for _ in 1...2 { #expect(try await tutor.post("/api/v1/users", body(student)).status == 201) }
            let third = try await tutor.post("/api/v1/users", body(student))
            #expect(third.status == 409)
            #expect(try third.problem == "too-many-parents")
            #expect(try await tutor.get("/api/v1/users?role=parent").items.count == 2)
        }
    }

    @Test("Nobody learns of people he does not know from those he knows")
    func strangersOfFriends() async throws {
        try await UserHouse.run { house in
            let (tutor, colleague) = (try await house.tutor(), try await house.tutor())
            let student = try await house.bring(.student, by: tutor).visitor
            let sibling = try await house.bring(.student, by: colleague).visitor
            let parent = try await house.bring(.parent, by: tutor, children: [student]).visitor
            try await house.handle(.addRelation(.parent, parent.id), on: sibling.id)
            try await house.handle(.addRelation(.tutor, colleague.id), on: student.id)

            let seen = try await tutor.get("/api/v1/users/\(parent.name)").json
            #expect(seen["children"] == [.string(student.name)])
            #expect(try await tutor.get("/api/v1/users/\(student.name)").json["tutors"] == [.string(tutor.name)])
            let own = try await parent.get("/auth/me").json["children"]?.elements
            #expect(own?.count == 2)
            let tutors = try await student.get("/auth/me").json["tutors"]?.elements
            #expect(tutors?.count == 2)
        }
    }

    @Test("AU-8: what a client may not write is refused, and nothing changes")
    func massAssignment() async throws {
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            let before = try await tutor.get("/auth/me").json
            for field in ["id", "role", "status", "email", "version", "balance", "xp", "telegram_id", "password_hash"] {
                let path = "/api/v1/users/\(tutor.name)"
                #expect(try await tutor.patch(path, ["bio": "x", field: "admin"]).wrongFields == [field])
                var body: JSONValue = ["full_name": "Пётр", "role": "student"]
                guard field != "role", field != "email" else { continue }
                body[field] = "x"
                #expect(try await tutor.post("/api/v1/users", body).wrongFields == [field])
            }
            for role in ["admin", "tutor"] {
                let body: JSONValue = ["full_name": "x", "role": .string(role)]
                #expect(try await tutor.post("/api/v1/users", body).wrongFields == ["role"])
            }
            let register: JSONValue = [
                "email": "a@example.org", "password": "12345678", "full_name": "a", "role": "admin",
            ]
            #expect(try await tutor.post("/auth/register", register).wrongFields == ["role"])
            #expect(try await tutor.get("/auth/me").json == before)
            #expect(try await tutor.get("/api/v1/users").items.count == 1)
        }
    }

    @Test("the account of somebody who has come in is not taken over by an access code, whoever asks for it")
    func takeover() async throws {
        try await UserHouse.run { house in
            let (tutor, admin) = (try await house.tutor(), try await house.admin())
            let student = try await house.bring(.student, by: tutor)
            let credential = Credential.password(try EmailAddress("petya@example.org"), PasswordHash("none"))
            try await house.redeem(student.code, credential, on: student.visitor.id)
            for (actor, person) in [(tutor, student.visitor), (admin, student.visitor), (admin, tutor)] {
                let answer = try await actor.post("/api/v1/users/\(person.name)/access-code")
                #expect(answer.status == 409)
                #expect(try answer.problem == "account-in-use")
            }
            for actor in [tutor, admin] {
                #expect(try await actor.post("/api/v1/users/\(actor.name)/access-code").status == 403)
            }
        }
    }

    @Test("a tutor who teaches somebody no more sees, changes and erases nothing")
    func formerTutor() async throws {
        try await UserHouse.run { house in
            let (tutor, colleague, admin) = (try await house.tutor(), try await house.tutor(), try await house.admin())
            let student = try await house.bring(.student, by: tutor)
            let parent = try await house.bring(.parent, by: tutor, children: [student.visitor])
            for (number, person) in [student, parent].enumerated() {
                let email = try EmailAddress("\(number)@example.org")
                try await house.redeem(person.code, .password(email, PasswordHash("none")), on: person.visitor.id)
            }
            try await house.handle(.addRelation(.tutor, colleague.id), on: student.visitor.id)
            let path = "/api/v1/users/\(student.visitor.name)"
            // What is in use is erased by its owner or an administrator.
            let erasure = try await tutor.send("DELETE", path)
            #expect(erasure.status == 403)
            #expect(try erasure.problem == "not-yours-to-erase")
            #expect(try await tutor.patch("/api/v1/users/\(parent.visitor.name)", ["bio": "x"]).status == 200)

            let relation = "\(path)/tutors/\(tutor.name)"
            for (visitor, status) in [(colleague, 404), (parent.visitor, 403), (house.service.anonymous, 401)] {
                #expect(try await visitor.send("DELETE", relation).status == status)
            }
            #expect(try await tutor.send("DELETE", relation, headers: [("If-Match", "\"99\"")]).status == 412)
            #expect(try await tutor.send("DELETE", relation).status == 204)
            for person in [student.visitor, parent.visitor] {
                let path = "/api/v1/users/\(person.name)"
                #expect(try await tutor.get(path).status == 404)
                #expect(try await tutor.patch(path, ["bio": "x"]).status == 404)
                #expect(try await tutor.send("DELETE", path).status == 404)
                #expect(try await tutor.post("\(path)/access-code").status == 404)
            }
            #expect(try await admin.send("DELETE", "\(path)/tutors/\(colleague.name)").status == 204)
            #expect(try await colleague.get(path).status == 404)
            #expect(try await student.visitor.send("DELETE", path).status == 204)
        }
    }

    @Test("a tutor who leaves a student who has not come in yet keeps neither the account nor the code")
    func formerTutorOfInvited() async throws {
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            let student = try await house.bring(.student, by: tutor)
            let parent = try await house.bring(.parent, by: tutor, children: [student.visitor])
            let path = "/api/v1/users/\(student.visitor.name)"
            #expect(try await tutor.send("DELETE", "\(path)/tutors/\(tutor.name)").status == 204)
            for person in [student, parent] {
                let path = "/api/v1/users/\(person.visitor.name)"
                #expect(try await tutor.get(path).status == 404)
                #expect(try await tutor.send("DELETE", path).status == 404)
                #expect(try await tutor.post("\(path)/access-code").status == 404)
            }
            let redeem: JSONValue = [
                "access_code": .string(student.code), "email": "p@example.org", "password": "correct horse",
            ]
            let answer = try await house.service.anonymous.post("/auth/redeem", redeem)
            #expect(answer.status == 400)
            #expect(try answer.problem == "wrong-access-code")
        }
    }

    @Test("a parent without children is not the business of who once brought him")
    func formerParent() async throws {
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            let student = try await house.bring(.student, by: tutor).visitor
            let parent = try await house.bring(.parent, by: tutor).visitor
            #expect(try await tutor.get("/api/v1/users/\(parent.name)").status == 200)
            let relation = "/api/v1/users/\(student.name)/parents/\(parent.name)"
            #expect(try await tutor.send("PUT", relation).status == 200)
            #expect(try await tutor.get("/api/v1/users/\(parent.name)").status == 200)
            #expect(try await tutor.send("DELETE", relation).status == 200)
            #expect(try await tutor.get("/api/v1/users/\(parent.name)").status == 404)
        }
    }

    @Test("whoever is erased is nobody's parent or tutor any more, and nobody can make him one")
    func erasedRelations() async throws {
        try await UserHouse.run { house in
            let (tutor, admin) = (try await house.tutor(), try await house.admin())
            let student = try await house.bring(.student, by: tutor).visitor
            let parents = [
                try await house.bring(.parent, by: tutor, children: [student]).visitor,
                try await house.bring(.parent, by: tutor, children: [student]).visitor,
            ]
            #expect(try await parents[0].send("DELETE", "/api/v1/users/\(parents[0].name)").status == 204)
            #expect(try await student.get("/auth/me").json["parents"] == [.string(parents[1].name)])
            let again = "/api/v1/users/\(student.name)/parents/\(parents[0].name)"
            #expect(try await admin.send("PUT", again).wrongFields == ["parent_id"])
            _ = try await house.bring(.parent, by: tutor, children: [student])

            // Somebody who was erased before keeps nobody.
            let gone = try await house.bring(.student, by: tutor).visitor
            #expect(try await gone.send("DELETE", "/api/v1/users/\(gone.name)").status == 204)
            #expect(try await tutor.send("DELETE", "/api/v1/users/\(tutor.name)").status == 204)
            #expect(try await student.get("/auth/me").json["tutors"] == [])
            try await house.rebuildAll()
        }
    }

    @Test("the last administrator stays")
    func lastAdministrator() async throws {
        try await UserHouse.run { house in
            let (first, second) = (try await house.admin(), try await house.admin())
            #expect(try await first.send("DELETE", "/api/v1/users/\(first.name)").status == 204)
            let refused = try await second.send("DELETE", "/api/v1/users/\(second.name)")
            #expect(refused.status == 409)
            #expect(try refused.problem == "last-administrator")
        }
    }

    @Test("nobody has more than 200 people invited who have not come in")
    func invitations() async throws {
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            for _ in 1...200 { _ = try await house.bring(.student, by: tutor) }
            let refused = try await tutor.post("/api/v1/users", ["full_name": "Пётр", "role": "student"])
            #expect(refused.status == 409)
            #expect(try refused.problem == "too-many-invited")
        }
    }

    @Test("a tutor takes back an invitation as long as nobody has come in by it")
    func invitation() async throws {
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            for role in [PersonRole.student, .parent] {
                let path = "/api/v1/users/\(try await house.bring(role, by: tutor).visitor.name)"
                #expect(try await tutor.patch(path, ["bio": "x"]).status == 200)
                #expect(try await tutor.send("DELETE", path).status == 204)
            }
        }
    }

    @Test("too many children, or the same one twice, are refused before anybody is looked up")
    func children() async throws {
        try await UserHouse.run { house in
            let tutor = try await house.tutor()
            for ids in [(0...20).map(UUID.sample), [.sample(1), .sample(1)]] {
                let children = JSONValue.array(ids.map { .string($0.lowercased) })
                let body: JSONValue = ["full_name": "Мама", "role": "parent", "children": children]
                #expect(try await tutor.post("/api/v1/users", body).wrongFields == ["children"])
            }
        }
    }
}
