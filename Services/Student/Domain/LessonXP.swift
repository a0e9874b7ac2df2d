internal import Contracts

/// What a lesson is worth: 100 × type × score, from 100 to 300.
enum LessonXP {
    /// What one student gets for a lesson; nothing for being absent.
    static func amount(for result: LessonResult) -> Int {
        guard result.attendance.isPresent else { return 0 }
        // Both factors are in tenths, so their product is the percentage of 100 points: whole numbers all the way.
        let amount = Self.tenths(for: result.type) * Self.tenths(forScore: result.score)
        return min(max(amount, 100), 300)
    }

    private static func tenths(for type: LessonType) -> Int {
        switch type {
        case .regular: 10
        case .practice: 12
        case .test: 15
        case .exam: 20
        }
    }

    private static func tenths(forScore score: Int?) -> Int {
        switch score ?? 0 {
        case 90...: 15
        case 75...: 12
        default: 10
        }
    }
}
