import EventSourcing
import Foundation
import Synchronization
import TestKit
import Testing

/// A tutor with an account.
final class Tutor: Sendable {
    private let gateway: Client
    private let email: String
    private let token = Mutex("")

    private init(_ gateway: Client) {
        self.gateway = gateway
        self.email = "tutor-\(UUID().uuidString.prefix(8).lowercased())@example.org"
    }

    /// Opens an account.
    static func register(_ gateway: Client) async throws -> Tutor {
        let tutor = Tutor(gateway)
        let answer = try await gateway.call(
            "POST",
            "/auth/register",
            ["email": .string(tutor.email), "password": "correct horse", "full_name": "Анна Соколова"]
        )
        try #require(answer.status == 201, "\(answer.body)")
        let token = try #require(answer.json["access_token"]?.text)
        tutor.token.withLock { $0 = token }
        return tutor
    }

    /// Opens a session; access tokens live for a quarter of an hour.
    func logIn() async throws {
        let token = try await self.gateway.logIn(self.email, "correct horse")
        self.token.withLock { $0 = token }
    }

    /// The platform as this tutor sees it.
    var client: Client {
        Client(base: self.gateway.base, token: self.token.withLock { $0 })
    }

    /// Creates a student and waits until the other services know.
    ///
    /// - Returns: The student's id, and a code to come in with.
    func invite(student name: String = "Петя Иванов") async throws -> (id: UUID, code: String) {
        let person = try await self.invite(
            ["full_name": .string(name), "role": "student", "time_zone": "Europe/Moscow"]
        )
        try await eventually(within: .seconds(30), "lessons and progress know the student") {
            // Refused for its date only after the student was found.
            let plan = JSONValue.lesson(with: [person.id], at: .hours(ago: 2 * 365 * 24), type: "regular")
            let lessons = try await self.client.call("POST", "/api/v1/lessons", plan)
            let progress = try await self.client.call("GET", "/api/v1/students/\(person.id.text)")
            return lessons.status == 400 && lessons.body.contains("starts_at") && progress.status == 200
        }
        return person
    }

    /// Creates a parent of a student.
    func invite(parentOf student: UUID) async throws -> (id: UUID, code: String) {
        try await self.invite(["full_name": "Мама Пети", "role": "parent", "children": [.string(student.text)]])
    }

    private func invite(_ person: JSONValue) async throws -> (id: UUID, code: String) {
        let answer = try await self.client.call("POST", "/api/v1/users", person)
        try #require(answer.status == 201, "\(answer.body)")
        let id = try #require(answer.json["user"]?["id"]?.text.flatMap { UUID(uuidString: $0) })
        return (id, try #require(answer.json["access_code"]?.text))
    }

    /// Plans an hour and says which lesson it became.
    func plan(with student: UUID, at start: Date, type: String = "regular") async throws -> UUID {
        let plan = JSONValue.lesson(with: [student], at: start, type: type)
        let answer = try await self.client.call("POST", "/api/v1/lessons", plan)
        try #require(answer.status == 201, "\(answer.body)")
        return try #require(answer.json["id"]?.text.flatMap { UUID(uuidString: $0) })
    }
}

extension Client {
    /// Opens a session.
    ///
    /// - Returns: The access token.
    func logIn(_ email: String, _ password: String) async throws -> String {
        let login: JSONValue = ["email": .string(email), "password": .string(password)]
        let answer = try await self.call("POST", "/auth/login", login)
        try #require(answer.status == 200, "\(answer.body)")
        return try #require(answer.json["access_token"]?.text)
    }

    /// Turns an access code into an account.
    func redeem(_ code: String) async throws -> Client {
        let email = "person-\(UUID().uuidString.prefix(8).lowercased())@example.org"
        let answer = try await self.call(
            "POST",
            "/auth/redeem",
            ["access_code": .string(code), "email": .string(email), "password": "password1"]
        )
        try #require((200...201).contains(answer.status), "\(answer.body)")
        return Client(base: self.base, token: try #require(answer.json["access_token"]?.text))
    }

    /// Experience of a student.
    func experience(of student: UUID) async throws -> Int? {
        try await self.call("GET", "/api/v1/students/\(student.text)").json["xp"]?.count
    }
}

extension JSONValue {
    /// The body that plans a lesson.
    static func lesson(with students: [UUID], at start: Date, type: String) -> JSONValue {
        [
            "student_ids": .array(students.map { .string($0.text) }),
            "subject": "math",
            "topic": "Дроби",
            "starts_at": .string(start.formatted(.iso8601)),
            "lesson_type": .string(type),
        ]
    }
}

extension UUID {
    /// The form that paths and documents use.
    var text: String { self.uuidString.lowercased() }
}

extension Date {
    /// The start of a past hour.
    static func hours(ago hours: Int) -> Date {
        let hour = (Date().timeIntervalSince1970 / 3600).rounded(.down)
        return Date(timeIntervalSince1970: (hour - Double(hours)) * 3600)
    }
}
