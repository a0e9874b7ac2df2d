internal import Contracts
internal import FoundationEssentials

/// Everything a student has learned, and the numbers that follow from it.
///
/// The numbers are functions of the results alone, whatever the order in which they became known: that is what makes late,
/// repeated and corrected news harmless.
struct LearningRecord: Codable, Equatable, Sendable {
    /// How many lessons of one day count as activity, and how many as an excuse for having none.
    private struct DayTally: Codable, Equatable, Sendable {
        var active = 0
        var excused = 0
    }

    private var results: [UUID: LessonResult] = [:]
    private var calendar: [Day: DayTally] = [:]
    private var masteredTopics: [String: Int] = [:]
    private var lessonsCompleted = 0
    private var studyMinutes = 0

    /// How a lesson went, as far as it counts.
    func result(of lesson: UUID) -> LessonResult? { self.results[lesson] }

    /// Lets a lesson count as it went; `nil` when it does not count any more.
    mutating func set(_ result: LessonResult?, of lesson: UUID) {
        if let old = self.results.removeValue(forKey: lesson) { self.tally(old, -1) }
        guard let result else { return }
        self.results[lesson] = result
        self.tally(result, 1)
    }

    private mutating func tally(_ result: LessonResult, _ sign: Int) {
        var day = self.calendar[result.day] ?? DayTally()
        switch result.attendance {
        case .attended, .late:
            day.active += sign
            self.lessonsCompleted += sign
            self.studyMinutes += sign * result.minutes
            if result.mastery == .mastered {
                let topic = "\(result.subject)\n\(result.topic)"
                let count = self.masteredTopics[topic, default: 0] + sign
                self.masteredTopics[topic] = count > 0 ? count : nil
            }
        case .excusedAbsence:
            day.excused += sign
        case .unexcusedAbsence:
            break
        }
        self.calendar[result.day] = day == DayTally() ? nil : day
    }

    /// The numbers.
    var counters: Counters {
        let days = self.calendar.filter { $0.value.active > 0 }.keys.sorted()
        return Counters(
            lessonsCompleted: self.lessonsCompleted,
            studyMinutes: self.studyMinutes,
            topicsMastered: self.masteredTopics.count,
            returns: zip(days, days.dropFirst()).count { $1.number - $0.number > 30 }
        )
    }

    /// The streaks.
    var streaks: Streaks {
        var streaks = Streaks()
        var series = 0
        var previous: Day?
        // An excused day carries a series on without making it longer.
        for (day, tally) in self.calendar.sorted(by: { $0.key < $1.key }) {
            let goesOn = previous?.advanced(by: 1) == day
            if !goesOn { series = 0 }
            if tally.active > 0 {
                series += 1
                streaks.days = series
                streaks.heldUntil = day
            } else if goesOn, series > 0 {
                streaks.heldUntil = day
            }
            streaks.bestDays = max(streaks.bestDays, series)
            previous = day
        }
        let missed = self.results.values.filter { $0.attendance == .unexcusedAbsence }.map(\.startsAt).max()
        streaks.lessons = self.results.values.count { result in
            result.attendance.isPresent && missed.map { result.startsAt > $0 } ?? true
        }
        return streaks
    }
}
