import EventSourcing
import Foundation
import NIOCore
import TestKit

/// Somebody who asks: a tutor with a student, and the bytes of every request, written once.
struct StoryVisitor: Sendable {
    let tutor: Client
    let student: UUID
    private let name = UUID().text
    private let prepared: [StoryQuestion: ByteBuffer]
    /// The hour that is taken.
    private static let firstHour = 24

    /// Has so many people come.
    static func come(_ count: Int, to gateway: Client) async throws -> [StoryVisitor] {
        var visitors: [StoryVisitor] = []
        for _ in 0..<count { visitors.append(try await Self.come(to: gateway)) }
        return visitors
    }

    /// Opens an account and plans the lesson with which others are to collide.
    private static func come(to gateway: Client) async throws -> StoryVisitor {
        let tutor = try await Tutor.register(gateway)
        let student = try await tutor.invite().id
        _ = try await tutor.plan(with: student, at: .hours(ago: Self.firstHour))
        return try StoryVisitor(tutor.client, student)
    }

    private init(_ tutor: Client, _ student: UUID) throws {
        self.tutor = tutor
        self.student = student
        var prepared: [StoryQuestion: ByteBuffer] = [:]
        for question in StoryQuestion.allCases where question != .keyedPlan {
            prepared[question] = try Self.bytes(question, tutor, student)
        }
        self.prepared = prepared
    }

    /// The bytes of a request.
    ///
    /// - Parameter number: Tells apart requests each of which has an effect of its own.
    func bytes(for question: StoryQuestion, number: Int) throws -> ByteBuffer {
        if let prepared = self.prepared[question] { return prepared }
        let body = try Self.plan(self.student, hour: Self.firstHour + 1 + number)
        return Self.write("POST /api/v1/lessons", self.tutor, key: "\(self.name)-\(number)", body)
    }

    private static func bytes(_ question: StoryQuestion, _ tutor: Client, _ student: UUID) throws -> ByteBuffer {
        switch question {
        case .student: Self.write("GET /api/v1/students/\(student.text)", tutor)
        case .lessons: Self.write("GET /api/v1/lessons?limit=1", tutor)
        case .me: Self.write("GET /auth/me", tutor)
        case .catalogue: Self.write("GET /api/v1/achievements", tutor)
        case .catalogueHead: Self.write("HEAD /api/v1/achievements", tutor)
        case .keyedPlan, .conflict:
            Self.write("POST /api/v1/lessons", tutor, try Self.plan(student, hour: Self.firstHour))
        case .refresh:
            Self.write("POST /auth/refresh", tutor, try JSONEncoder().encode(["refresh_token": "none"] as JSONValue))
        }
    }

    private static func plan(_ student: UUID, hour: Int) throws -> Data {
        try JSONEncoder().encode(JSONValue.lesson(with: [student], at: .hours(ago: hour), type: "regular"))
    }

    private static func write(_ line: String, _ tutor: Client, key: String? = nil, _ body: Data? = nil) -> ByteBuffer {
        var text = "\(line) HTTP/1.1\r\nHost: story\r\nAuthorization: Bearer \(tutor.token ?? "")\r\n"
        if let key { text += "Idempotency-Key: \(key)\r\n" }
        if let body { text += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n" }
        var bytes = ByteBuffer(string: text + "\r\n")
        if let body { bytes.writeBytes(body) }
        return bytes
    }
}
