import Foundation

/// Compares what was asked, what was acknowledged, what was recorded and what was paid: nothing lost, nothing twice,
/// nothing out of order.
///
/// After the total-queue checker of RabbitMQ's Jepsen tests. Pure: it is given everything, and asks nobody.
struct LedgerChecker: Sendable {
    /// A write that a client asked for.
    struct Command: Sendable {
        /// The correlation id that its event carries.
        let id: String
        /// The type of the event it is to cause.
        let effect: String
        /// Whether the client was told that it is done.
        var isAcknowledged = false
    }

    /// An event of the lessons' log.
    struct Fact: Sendable {
        let lesson: UUID
        let version: Int
        let type: String
        let correlation: String
    }

    /// What a student's log says about a lesson.
    struct Effect: Sendable {
        let student: UUID
        let lesson: UUID
        /// The version of the lesson that told so.
        let revision: Int
    }

    /// A line of the ledger of experience.
    struct Payment: Sendable {
        let student: UUID
        let cause: String
        let amount: Int
    }

    /// What is wrong.
    enum Finding: Hashable, Sendable {
        /// Acknowledged, and not recorded.
        case lost(String)
        /// Recorded more than once.
        case repeated(String)
        /// Recorded, and never asked for.
        case unexpected(String)
        /// The versions of a lesson do not count 1, 2, 3… in the order of the log.
        case disordered(UUID)
        /// What a student learned of a lesson is not what the lesson told, once and in its order.
        case misheard(lesson: UUID, student: UUID)
        /// At some moment a cause had paid twice, or had been taken back before it paid.
        case paidTwice(student: UUID, cause: String)
        /// In the end a cause has not paid what it should.
        case wrongPay(student: UUID, cause: String, paid: Int, due: Int)
        /// The platform shows another progress than was made.
        case wrongProgress(student: UUID)
        /// Events were still to be published.
        case unpublished(Int)
        /// Events could not be handled.
        case deadLetters(Int)
    }

    /// What clients asked for.
    var commands: [Command] = []
    /// The lessons' log, in its order.
    var facts: [Fact] = []
    /// The students' log, in its order.
    var effects: [Effect] = []
    /// The ledger, student by student in its order.
    var payments: [Payment] = []
    /// Who takes part in which lesson.
    var participants: [UUID: [UUID]] = [:]
    /// The progress that was made, computed independently.
    var expected: [UUID: ExpectedProgress] = [:]
    /// The progress that the platform shows.
    var shown: [UUID: ShownProgress] = [:]
    /// Events that wait to be published.
    var unpublished = 0
    /// Events that could not be handled.
    var deadLetters = 0

    /// The facts that students hear of.
    static let told: Set<String> = ["lesson.completed", "lesson.completion_reverted"]

    /// Everything that is wrong.
    var findings: Set<Finding> {
        var findings = self.wrongCommands.union(self.wrongOrder).union(self.wrongPay)
        for (student, expected) in self.expected where self.shown[student] != expected.shown {
            findings.insert(.wrongProgress(student: student))
        }
        if self.unpublished > 0 { findings.insert(.unpublished(self.unpublished)) }
        if self.deadLetters > 0 { findings.insert(.deadLetters(self.deadLetters)) }
        return findings
    }

    private var wrongCommands: Set<Finding> {
        var findings: Set<Finding> = []
        let recorded = Dictionary(grouping: self.facts, by: \.correlation)
        for command in self.commands {
            let facts = recorded[command.id, default: []]
            if facts.isEmpty, command.isAcknowledged { findings.insert(.lost(command.id)) }
            if facts.count > 1 { findings.insert(.repeated(command.id)) }
            if facts.contains(where: { $0.type != command.effect }) { findings.insert(.unexpected(command.id)) }
        }
        let known = Set(self.commands.map(\.id))
        return findings.union(recorded.keys.filter { !known.contains($0) }.map { .unexpected($0) })
    }

    private var wrongOrder: Set<Finding> {
        var findings: Set<Finding> = []
        let effects = Dictionary(grouping: self.effects) { [$0.lesson, $0.student] }.mapValues { $0.map(\.revision) }
        for (lesson, facts) in Dictionary(grouping: self.facts, by: \.lesson) {
            if facts.map(\.version) != Array(1...facts.count) { findings.insert(.disordered(lesson)) }
            let told = facts.filter { Self.told.contains($0.type) }.map(\.version)
            for student in self.participants[lesson, default: []] where effects[[lesson, student], default: []] != told
            {
                findings.insert(.misheard(lesson: lesson, student: student))
            }
        }
        return findings
    }

    private var wrongPay: Set<Finding> {
        var findings: Set<Finding> = []
        var paid: [UUID: [String: Int]] = [:]
        for payment in self.payments {
            let before = paid[payment.student, default: [:]][payment.cause, default: 0]
            let after = before + payment.amount
            // From nothing to its worth, or back to nothing.
            if after < 0 || before != 0 && after != 0 {
                findings.insert(.paidTwice(student: payment.student, cause: payment.cause))
            }
            paid[payment.student, default: [:]][payment.cause] = after
        }
        for (student, expected) in self.expected {
            let paid = paid[student, default: [:]]
            for cause in Set(paid.keys).union(expected.pay.keys) {
                let (paid, due) = (paid[cause, default: 0], expected.pay[cause, default: 0])
                guard paid != due else { continue }
                findings.insert(.wrongPay(student: student, cause: cause, paid: paid, due: due))
            }
        }
        return findings
    }
}
