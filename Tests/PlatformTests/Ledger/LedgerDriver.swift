import EventSourcing
import Foundation
import Synchronization
import TestKit

/// Plays a script through the gateway, as clients do who never give up: every write is repeated under its key until it
/// is answered.
final class LedgerDriver: Sendable {
    /// An answer that no repetition will better.
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    private struct State {
        var next = 0
        var done = 0
        var repetitions = 0
        var replays = 0
        var commands: [LedgerChecker.Command] = []
        var lessons: [Int: UUID] = [:]
    }

    let script: LedgerScript
    private let tutors: [Tutor]
    private let students: [[UUID]]
    private let state = Mutex(State())

    init(_ script: LedgerScript, tutors: [Tutor], students: [[UUID]]) {
        self.script = script
        self.tutors = tutors
        self.students = students
    }

    /// How many lessons are through.
    var done: Int { self.state.withLock { $0.done } }
    /// How many writes had to be repeated, and how many of them turned out to have taken effect before.
    var repetitions: (Int, replayed: Int) { self.state.withLock { ($0.repetitions, $0.replays) } }
    /// All that was asked for.
    var commands: [LedgerChecker.Command] { self.state.withLock { $0.commands } }

    /// Plays the script with several clients at once.
    func play(clients: Int = 8) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<clients {
                group.addTask { while let lesson = self.next() { try await self.play(lesson) } }
            }
            for try await _ in group {}
        }
    }

    /// Who takes part in which lesson.
    var participants: [UUID: [UUID]] {
        let lessons = self.state.withLock { $0.lessons }
        return Dictionary(
            uniqueKeysWithValues: self.script.lessons.compactMap { lesson in
                lessons[lesson.number].map { ($0, self.students(of: lesson)) }
            }
        )
    }

    /// What every student should have in the end.
    var expected: [UUID: ExpectedProgress] {
        let lessons = self.state.withLock { $0.lessons }
        var held: [UUID: [ExpectedProgress.Held]] = [:]
        for student in self.students.joined() { held[student] = [] }
        for lesson in self.script.lessons {
            guard let id = lessons[lesson.number], let score = lesson.score else { continue }
            let result = ExpectedProgress.Held(id: id, startsAt: lesson.startsAt, type: lesson.type, score: score)
            for student in self.students(of: lesson) { held[student]?.append(result) }
        }
        return held.mapValues { ExpectedProgress($0) }
    }

    /// What the platform shows to the tutors.
    func shown() async throws -> [UUID: ShownProgress] {
        var shown: [UUID: ShownProgress] = [:]
        for (tutor, students) in zip(self.tutors, self.students) {
            // The story may have taken longer than a token lives.
            if try await tutor.client.call("GET", "/api/v1/lessons").status == 401 { try await tutor.logIn() }
            for student in students {
                let progress = try await tutor.client.call("GET", "/api/v1/students/\(student.text)").json
                shown[student] = ShownProgress(
                    xp: progress["xp"]?.count ?? -1,
                    lessons: progress["lessons_completed"]?.count ?? -1,
                    minutes: progress["study_minutes"]?.count ?? -1,
                    bestDayStreak: progress["best_day_streak"]?.count ?? -1
                )
            }
        }
        return shown
    }

    private func students(of lesson: LedgerScript.Lesson) -> [UUID] {
        lesson.students.map { self.students[lesson.tutor][$0] }
    }

    private func next() -> LedgerScript.Lesson? {
        self.state.withLock { state in
            guard state.next < self.script.lessons.count else { return nil }
            defer { state.next += 1 }
            return self.script.lessons[state.next]
        }
    }

    private func play(_ lesson: LedgerScript.Lesson) async throws {
        for (index, step) in lesson.steps.enumerated() {
            let key = "lesson-\(lesson.number)-\(index)"
            let number = self.state.withLock { state in
                state.commands.append(.init(id: key, effect: step.effect))
                return state.commands.count - 1
            }
            async let twin = lesson.isSentTwice ? self.send(step, of: lesson, key: key) : nil
            let answer = try await self.send(step, of: lesson, key: key)
            if let twin = try await twin, twin.body != answer.body {
                throw Refused(description: "\(key) was answered in two ways: \(answer.body) and \(twin.body)")
            }
            self.state.withLock { state in
                state.commands[number].isAcknowledged = true
                if step == .plan { state.lessons[lesson.number] = answer.json["id"]?.text.flatMap(UUID.init) }
            }
        }
        self.state.withLock { $0.done += 1 }
    }

    /// Sends a write until it is answered.
    private func send(
        _ step: LedgerScript.Step,
        of lesson: LedgerScript.Lesson,
        key: String
    ) async throws -> Client.Answer {
        let (path, body) = self.request(step, of: lesson)
        var answer: Client.Answer?
        try await eventually(within: .seconds(180), "an answer to \(key)") {
            answer = try await self.attempt(path, body, key: key, by: self.tutors[lesson.tutor])
            if answer == nil { self.state.withLock { $0.repetitions += 1 } }
            return answer != nil
        }
        guard let answer else { throw Refused(description: "\(key) was not answered") }
        if answer.isReplayed { self.state.withLock { $0.replays += 1 } }
        return answer
    }

    /// Sends a write once; `nil` when it is worth another try.
    private func attempt(_ path: String, _ body: JSONValue, key: String, by tutor: Tutor) async throws -> Client.Answer?
    {
        let answer: Client.Answer
        do {
            answer = try await tutor.client.call("POST", path, body, key: key, correlation: key)
        } catch {
            // No answer: the write took effect, or not.
            return nil
        }
        switch answer.status {
        case 200..<300:
            return answer
        case 401:
            do { try await tutor.logIn() } catch { return nil }
            return nil
        case 409 where answer.body.contains("idempotency-key-in-use") || answer.body.contains("concurrent-change"):
            return nil
        case 429, 500...:
            return nil
        default:
            throw Refused(description: "\(key) was refused with \(answer.status): \(answer.body)")
        }
    }

    private func request(_ step: LedgerScript.Step, of lesson: LedgerScript.Lesson) -> (path: String, body: JSONValue) {
        let id = self.state.withLock { $0.lessons[lesson.number] }?.text ?? ""
        switch step {
        case .plan:
            let students = self.students(of: lesson)
            return ("/api/v1/lessons", .lesson(with: students, at: lesson.startsAt, type: lesson.type))
        case .complete(let score):
            return ("/api/v1/lessons/\(id)/complete", ["score": .integer(Int64(score))])
        case .revert:
            return ("/api/v1/lessons/\(id)/revert-completion", [:])
        }
    }
}
