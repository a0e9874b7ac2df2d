import Contracts
import EventSourcing
import Foundation
import ServiceTestKit
import TestKit
import Testing

@testable import UserService

/// Lets happen to people whatever may happen, in any order.
struct RandomLife {
    let tutor: Visitor
    private let house: UserHouse
    private var random: SeededGenerator
    /// Those who are still there, with their access codes.
    private var people: [(visitor: Visitor, code: String)] = []
    private var steps = 0

    init(_ house: UserHouse, seed: UInt64, tutor: Visitor) {
        self.tutor = tutor
        self.house = house
        self.random = SeededGenerator(seed: seed)
    }

    /// What may happen.
    private enum Happening: CaseIterable {
        case bringStudent, bringParent, changeProfile, newCode, missCode, redeemCode, changePassword, strengthenHash
        case addParent, removeParent, leave, block, erase
    }

    /// Each of it once.
    mutating func liveThroughEverything() async throws {
        for role in [PersonRole.student, .parent] { try await self.bring(role) }
        for happening in Happening.allCases.shuffled(using: &self.random) { try await self.happen(happening) }
    }

    private mutating func happen(_ happening: Happening) async throws {
        let (person, code) = try #require(self.people.randomElement(using: &self.random))
        let path = "/api/v1/users/\(person.name)"
        switch happening {
        case .bringStudent: try await self.bring(.student)
        case .bringParent: try await self.bring(.parent)
        case .changeProfile:
            let change: JSONValue = ["bio": "\(self.steps)", "phone": "+74951234567", "time_zone": "Asia/Omsk"]
            try self.expect(try await person.patch(path, change), [200])
        case .newCode:
            let fresh = try await self.house.bring(.student, by: self.tutor)
            self.people.append(fresh)
            try self.expect(try await self.tutor.post("/api/v1/users/\(fresh.visitor.name)/access-code"), [201])
            // Of somebody who has come in, or is none of the tutor's business any more.
            try self.expect(try await self.tutor.post("\(path)/access-code"), [201, 403, 404, 409])
        case .missCode:
            let fresh = try await self.house.bring(.student, by: self.tutor)
            self.people.append(fresh)
            let wrong = fresh.code.prefix(4) + (fresh.code.hasSuffix("2222") ? "3333" : "2222")
            try self.expect(try await self.redeem(String(wrong)), [400])
        case .redeemCode:
            let fresh = try await self.house.bring(.student, by: self.tutor)
            self.people.append(fresh)
            try self.expect(try await self.redeem(fresh.code), [201])
            // Spent, void or still good.
            try self.expect(try await self.redeem(code), [201, 400])
        case .changePassword:
            try await self.house.handle(.changePassword(PasswordHash("a\(self.steps)")), on: self.tutor.id)
        case .strengthenHash:
            try await self.house.handle(.strengthenPasswordHash(PasswordHash("b\(self.steps)")), on: self.tutor.id)
        case .addParent, .removeParent:
            let student = try await self.house.bring(.student, by: self.tutor).visitor
            let parent = try await self.house.bring(.parent, by: self.tutor, children: [student]).visitor
            let relation = "/api/v1/users/\(student.name)/parents"
            if happening == .removeParent {
                try self.expect(try await self.tutor.send("DELETE", "\(relation)/\(parent.name)"), [200])
            }
            // Anybody; only a parent whom the tutor sees may become one.
            try self.expect(try await self.tutor.send("PUT", "\(relation)/\(person.name)"), [200, 400, 404])
        case .leave:
            let student = try await self.house.bring(.student, by: self.tutor).visitor
            let relation = "/api/v1/users/\(student.name)/tutors/\(self.tutor.name)"
            try self.expect(try await self.tutor.send("DELETE", relation), [204])
        case .block:
            try await self.house.handle(.block(by: self.tutor.id), on: person.id)
            try self.expect(try await person.patch(path, ["bio": "x"]), [403])
            try await self.house.handle(.unblock(by: self.tutor.id), on: person.id)
            // That somebody is blocked is believed for some seconds.
            try await eventually("the way in") { try await person.patch(path, ["bio": "y"]).status == 200 }
        case .erase:
            try self.expect(try await person.send("DELETE", path), [204])
            self.people.removeAll { $0.visitor.id == person.id }
        }
    }

    private mutating func bring(_ role: PersonRole) async throws {
        self.steps += 1
        self.people.append(try await self.house.bring(role, by: self.tutor, name: "Имя \(self.steps)"))
    }

    private mutating func redeem(_ code: String) async throws -> Answer {
        self.steps += 1
        let body: JSONValue = [
            "access_code": .string(code), "email": .string("\(self.steps)@example.org"), "password": "correct horse",
        ]
        return try await self.house.service.anonymous.post("/auth/redeem", body)
    }

    private func expect(
        _ answer: Answer,
        _ statuses: Set<Int>,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(statuses.contains(answer.status), "\(answer.text)", sourceLocation: sourceLocation)
    }
}
