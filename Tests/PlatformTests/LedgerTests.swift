import Foundation
import TestKit
import Testing

extension PlatformTests {
    /// `LESSONS`, `KILLS` and `SEED` choose another run; 2,000 lessons are the full story.
    @Test("The ledger story: kill -9 of anybody in the middle of many lessons; nothing lost, nothing twice, in order")
    func theLedgerHolds() async throws {
        let settings = ProcessInfo.processInfo.environment
        let seed = settings["SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)
        let lessons = settings["LESSONS"].flatMap { Int($0) } ?? 300
        let kills = settings["KILLS"].flatMap { Int($0) } ?? max(Member.usual.count, lessons / 100)
        let script = LedgerScript(seed: seed, lessons: lessons, kills: kills)
        print("ledger story: SEED=\(seed) LESSONS=\(lessons) KILLS=\(kills)")

        let driver = try await self.cast(script)
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await driver.play() }
            group.addTask { try await self.kill(during: driver) }
            // Ends with the first error, unlike waitForAll: whoever is left waits for lessons that will never come.
            for try await _ in group {}
        }
        try await self.platform.ready()
        let (repetitions, replayed) = driver.repetitions
        print(
            "ledger story: \(driver.commands.count) writes acknowledged in \(ContinuousClock.now - start);",
            terminator: " "
        )
        print("\(repetitions) repeated, \(replayed) had taken effect; killed \(script.victims.map(\.rawValue))")

        let checker = try await self.evidence(of: driver)
        #expect(checker.findings.isEmpty, "SEED=\(seed)")
        #expect(checker.facts.count == driver.commands.count)
    }

    /// Everybody who appears in the script.
    private func cast(_ script: LedgerScript) async throws -> LedgerDriver {
        var (tutors, students): ([Tutor], [[UUID]]) = ([], [])
        for _ in 0..<script.tutors {
            let tutor = try await Tutor.register(self.platform.gateway)
            var invited: [UUID] = []
            for _ in 0..<LedgerScript.studentsOfEach { invited.append(try await tutor.invite().id) }
            tutors.append(tutor)
            students.append(invited)
        }
        return LedgerDriver(script, tutors: tutors, students: students)
    }

    /// Kills the script's victims, each when its share of the lessons is through, and starts it again at once.
    private func kill(during driver: LedgerDriver) async throws {
        let (lessons, victims) = (driver.script.lessons.count, driver.script.victims)
        for (index, victim) in victims.enumerated() {
            let mark = lessons * (index + 1) / (victims.count + 1)
            try await eventually(within: .seconds(600), "\(mark) lessons are through") { driver.done >= mark }
            try await self.platform.kill(victim)
            try await self.platform.start(victim)
            try await self.platform.ready(victim)
        }
    }

    /// Collects everything once nothing moves any more.
    private func evidence(of driver: LedgerDriver) async throws -> LedgerChecker {
        try await LedgerReader.with(self.platform) { reader in
            var checker = LedgerChecker()
            checker.commands = driver.commands
            checker.participants = driver.participants
            checker.expected = driver.expected
            checker.facts = try await reader.facts(of: Array(checker.participants.keys))
            let students = Array(checker.expected.keys)
            let told = checker.facts.filter { LedgerChecker.told.contains($0.type) }
            let awaited = told.reduce(0) { $0 + (checker.participants[$1.lesson]?.count ?? 0) }
            do {
                try await eventually(within: .seconds(60), "all news has arrived") {
                    let isPublished = try await reader.remains().unpublished == 0
                    return isPublished ? try await reader.effects(on: students).count >= awaited : false
                }
            } catch is NeverHappened {
                // The checker says what is missing.
            }
            checker.effects = try await reader.effects(on: students)
            checker.payments = try await reader.payments(to: students)
            checker.shown = try await driver.shown()
            (checker.unpublished, checker.deadLetters) = try await reader.remains()
            return checker
        }
    }
}
