import Foundation
import TestKit

/// What is to happen: a plan for many lessons, the same for the same seed.
struct LedgerScript: Sendable {
    /// One write to a lesson.
    enum Step: Equatable, Sendable {
        case plan
        case complete(score: Int)
        case revert

        /// The type of the event it is to cause.
        var effect: String {
            switch self {
            case .plan: "lesson.scheduled"
            case .complete: "lesson.completed"
            case .revert: "lesson.completion_reverted"
            }
        }
    }

    /// The life of one lesson.
    struct Lesson: Sendable {
        let number: Int
        let tutor: Int
        let students: [Int]
        let startsAt: Date
        let type: String
        let steps: [Step]
        /// Whether an impatient client sends every write twice at once.
        let isSentTwice: Bool

        /// The score in the end; `nil` if it does not count.
        var score: Int? {
            guard case .complete(let score) = self.steps.last else { return nil }
            return score
        }
    }

    /// More for longer stories, so that nobody has to plan a lesson of more than a year ago.
    let tutors: Int
    static let studentsOfEach = 3

    let lessons: [Lesson]
    /// Who is killed, in this order, evenly spread over the lessons.
    let victims: [Member]

    /// Makes a plan.
    init(seed: UInt64, lessons count: Int, kills: Int) {
        var random = SeededGenerator(seed: seed)
        let tutors = max(4, count / 200)
        self.tutors = tutors
        var hoursAgo = [Int](repeating: 24, count: tutors)
        self.lessons = (0..<count).map { number in
            let tutor = number % tutors
            // Mostly several on a day, sometimes a day off, seldom a long pause.
            let pause = Int.random(in: 0..<200, using: &random)
            hoursAgo[tutor] += pause == 0 ? 24 * 40 : pause < 10 ? 24 * 2 : 1 + pause % 9
            let first = Int.random(in: 0..<Self.studentsOfEach, using: &random)
            let isPair = Int.random(in: 0..<10, using: &random) == 0
            return Lesson(
                number: number,
                tutor: tutor,
                students: isPair ? [first, (first + 1) % Self.studentsOfEach] : [first],
                startsAt: .hours(ago: hoursAgo[tutor]),
                type: ["regular", "practice", "test", "exam"][Int.random(in: 0..<4, using: &random)],
                steps: Self.steps(&random),
                isSentTwice: Int.random(in: 0..<8, using: &random) == 0
            )
        }
        var victims: [Member] = []
        while victims.count < kills { victims += Member.usual.shuffled(using: &random) }
        self.victims = Array(victims.prefix(kills))
    }

    private static func steps(_ random: inout SeededGenerator) -> [Step] {
        func completed() -> Step { .complete(score: Int.random(in: 40...100, using: &random)) }
        var steps = [Step.plan, completed()]
        // One in four was a mistake, and half of those are put right.
        if Int.random(in: 0..<4, using: &random) == 0 {
            steps.append(.revert)
            if Bool.random(using: &random) { steps.append(completed()) }
        }
        return steps
    }
}
