public import EventSourcing
public import FoundationEssentials

// What the student service tells the others.

/// Every event that the student service publishes.
public enum StudentEvents {
    /// Their types; a test holds the list against what is published.
    public static let all: [any PublicPayload.Type] = [
        StudentCreated.self,
        StudentLevelUp.self,
        AchievementEarned.self,
        AchievementRevoked.self,
        XPEarned.self,
        XPRevoked.self,
        StreakUpdated.self,
    ]
}

/// A student's record of progress was opened.
public struct StudentCreated: PublicPayload {
    /// The wire name.
    public static let type = "student.created"

    /// The student.
    public let studentID: UUID

    /// States the fact.
    public init(studentID: UUID) {
        self.studentID = studentID
    }

    enum CodingKeys: String, CodingKey {
        case studentID = "student_id"
    }
}

/// A student reached a higher level.
public struct StudentLevelUp: PublicPayload {
    /// The wire name.
    public static let type = "student.level_up"

    /// The student.
    public let studentID: UUID
    /// The level reached.
    public let level: Int
    /// The level before.
    public let previousLevel: Int

    /// States the fact.
    public init(studentID: UUID, level: Int, previousLevel: Int) {
        self.studentID = studentID
        self.level = level
        self.previousLevel = previousLevel
    }

    enum CodingKeys: String, CodingKey {
        case studentID = "student_id"
        case level
        case previousLevel = "previous_level"
    }
}

/// A student earned an achievement.
public struct AchievementEarned: PublicPayload {
    /// The wire name.
    public static let type = "achievement.earned"

    /// The student.
    public let studentID: UUID
    /// The stable name of the achievement, for example `first_lesson`.
    public let achievementID: String
    /// The experience it is worth.
    public let xp: Int

    /// States the fact.
    public init(studentID: UUID, achievementID: String, xp: Int) {
        self.studentID = studentID
        self.achievementID = achievementID
        self.xp = xp
    }

    enum CodingKeys: String, CodingKey {
        case studentID = "student_id"
        case achievementID = "achievement_id"
        case xp
    }
}

/// A correction took the ground from an achievement.
public struct AchievementRevoked: PublicPayload {
    /// The wire name.
    public static let type = "achievement.revoked"

    /// The student.
    public let studentID: UUID
    /// The stable name of the achievement, for example `first_lesson`.
    public let achievementID: String
    /// The experience it is worth.
    public let xp: Int

    /// States the fact.
    public init(studentID: UUID, achievementID: String, xp: Int) {
        self.studentID = studentID
        self.achievementID = achievementID
        self.xp = xp
    }

    enum CodingKeys: String, CodingKey {
        case studentID = "student_id"
        case achievementID = "achievement_id"
        case xp
    }
}

/// A student was given experience.
public struct XPEarned: PublicPayload {
    /// The wire name.
    public static let type = "xp.earned"

    /// The student.
    public let studentID: UUID
    /// How much, always positive.
    public let amount: Int
    /// What it is for; one cause pays once.
    public let cause: XPCause

    /// States the fact.
    public init(studentID: UUID, amount: Int, cause: XPCause) {
        self.studentID = studentID
        self.amount = amount
        self.cause = cause
    }

    enum CodingKeys: String, CodingKey {
        case studentID = "student_id"
        case amount
        case cause
    }
}

/// A correction took experience back.
public struct XPRevoked: PublicPayload {
    /// The wire name.
    public static let type = "xp.revoked"

    /// The student.
    public let studentID: UUID
    /// How much, always positive.
    public let amount: Int
    /// What it is for; one cause pays once.
    public let cause: XPCause

    /// States the fact.
    public init(studentID: UUID, amount: Int, cause: XPCause) {
        self.studentID = studentID
        self.amount = amount
        self.cause = cause
    }

    enum CodingKeys: String, CodingKey {
        case studentID = "student_id"
        case amount
        case cause
    }
}

/// A student's streaks changed.
public struct StreakUpdated: PublicPayload {
    /// The wire name.
    public static let type = "streak.updated"

    /// The student.
    public let studentID: UUID
    /// Days in a row with activity, up to the latest such day.
    public let dayStreak: Int
    /// The longest such series ever.
    public let bestDayStreak: Int
    /// Lessons in a row without a missed one.
    public let lessonStreak: Int

    /// States the fact.
    public init(studentID: UUID, dayStreak: Int, bestDayStreak: Int, lessonStreak: Int) {
        self.studentID = studentID
        self.dayStreak = dayStreak
        self.bestDayStreak = bestDayStreak
        self.lessonStreak = lessonStreak
    }

    enum CodingKeys: String, CodingKey {
        case studentID = "student_id"
        case dayStreak = "day_streak"
        case bestDayStreak = "best_day_streak"
        case lessonStreak = "lesson_streak"
    }
}
