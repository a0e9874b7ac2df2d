import Foundation
import TestKit
import Testing

@Suite("Ledger checker: a planted fault is found, and nothing else")
struct LedgerCheckerTests {
    private let lesson = UUID()
    private let student = UUID()

    /// One lesson that was planned, completed, reverted and completed again.
    private var sound: LedgerChecker {
        let held = ExpectedProgress.Held(id: self.lesson, startsAt: .now, type: "exam", score: 92)
        let types = ["lesson.scheduled", "lesson.completed", "lesson.completion_reverted", "lesson.completed"]
        var checker = LedgerChecker()
        for (index, type) in types.enumerated() {
            checker.commands.append(.init(id: "c\(index)", effect: type, isAcknowledged: true))
            checker.facts.append(.init(lesson: self.lesson, version: index + 1, type: type, correlation: "c\(index)"))
        }
        checker.effects = [2, 3, 4].map { .init(student: self.student, lesson: self.lesson, revision: $0) }
        checker.payments = [(self.lesson.text, 100), ("first_lesson", 50), (self.lesson.text, -100)].map(self.payment)
        checker.payments += [("first_lesson", -50), (self.lesson.text, 300), ("first_lesson", 50)].map(self.payment)
        checker.participants = [self.lesson: [self.student]]
        checker.expected = [self.student: ExpectedProgress([held])]
        checker.shown = [self.student: ShownProgress(xp: 350, lessons: 1, minutes: 60, bestDayStreak: 1)]
        return checker
    }

    private func payment(_ cause: String, _ amount: Int) -> LedgerChecker.Payment {
        .init(student: self.student, cause: cause, amount: amount)
    }

    private func findings(_ plant: (inout LedgerChecker) -> Void) -> Set<LedgerChecker.Finding> {
        var checker = self.sound
        plant(&checker)
        return checker.findings
    }

    @Test func `A sound ledger has no findings`() {
        #expect(self.sound.findings.isEmpty)
    }

    @Test func `An unanswered command may have had its effect or not`() {
        #expect(self.findings { $0.commands[0].isAcknowledged = false }.isEmpty)
        #expect(self.findings { $0.commands.append(.init(id: "c9", effect: "lesson.completed")) }.isEmpty)
    }

    @Test func `A lost event is found`() {
        let missing = LedgerChecker.Command(id: "c9", effect: "lesson.started", isAcknowledged: true)
        #expect(self.findings { $0.commands.append(missing) } == [.lost("c9")])
    }

    @Test func `An event recorded twice is found`() {
        let twice = LedgerChecker.Fact(lesson: self.lesson, version: 5, type: "lesson.scheduled", correlation: "c0")
        #expect(self.findings { $0.facts.append(twice) } == [.repeated("c0")])
    }

    @Test func `An event that nobody asked for is found`() {
        let stray = LedgerChecker.Fact(lesson: self.lesson, version: 5, type: "lesson.updated", correlation: "x")
        #expect(self.findings { $0.facts.append(stray) } == [.unexpected("x")])
        #expect(self.findings { $0.commands.removeFirst() } == [.unexpected("c0")])
    }

    @Test func `A gap and a changed order are found`() {
        let isDisordered = LedgerChecker.Finding.disordered(self.lesson)
        #expect(self.findings { $0.facts.swapAt(0, 1) }.contains(isDisordered))
        #expect(
            self.findings {
                $0.facts.removeFirst()
                $0.commands.removeFirst()
            } == [isDisordered]
        )
    }

    @Test func `News that did not arrive, arrived twice or in another order is found`() {
        let isMisheard: Set<LedgerChecker.Finding> = [.misheard(lesson: self.lesson, student: self.student)]
        #expect(self.findings { $0.effects.removeLast() } == isMisheard)
        #expect(self.findings { $0.effects.append($0.effects[2]) } == isMisheard)
        #expect(self.findings { $0.effects.swapAt(0, 1) } == isMisheard)
    }

    @Test func `Experience given twice is found, even if it was taken back later`() {
        let isTwice = LedgerChecker.Finding.paidTwice(student: self.student, cause: "first_lesson")
        let twice = self.findings { $0.payments += [("first_lesson", 50), ("first_lesson", -50)].map(self.payment) }
        #expect(twice == [isTwice])
        let forGood = self.findings { $0.payments.append(self.payment("first_lesson", 50)) }
        let isWrong = LedgerChecker.Finding.wrongPay(student: self.student, cause: "first_lesson", paid: 100, due: 50)
        #expect(forGood == [isTwice, isWrong])
    }

    @Test func `Experience taken back before it was given is found`() {
        let early = self.findings { $0.payments.insert(self.payment("streak_3", -75), at: 0) }
        #expect(early.contains(.paidTwice(student: self.student, cause: "streak_3")))
    }

    @Test func `Experience that was not given is found`() {
        let unpaid = self.findings { $0.payments.removeLast() }
        #expect(unpaid == [.wrongPay(student: self.student, cause: "first_lesson", paid: 0, due: 50)])
    }

    @Test func `A wrong total, events on the way and dead letters are found`() {
        #expect(self.findings { $0.shown = [:] } == [.wrongProgress(student: self.student)])
        #expect(self.findings { $0.unpublished = 3 } == [.unpublished(3)])
        #expect(self.findings { $0.deadLetters = 1 } == [.deadLetters(1)])
    }
}
