internal import EventSourcing
internal import FoundationEssentials

extension StudentEvent {
    /// A record was opened.
    struct Created: EventPayload {
        static let type = "student.created"
    }

    /// A lesson counts, from now on as it is told here.
    struct LessonRecorded: EventPayload {
        static let type = "student.lesson_recorded"

        var lessonID: UUID
        /// The version of the lesson's stream that told so.
        var revision: Int64
        var result: LessonResult
        /// What the lesson gives.
        var xp: Int
        /// What an earlier revision had given; it is taken back.
        var replacedXP: Int
        /// All numbers, afterwards.
        var counters: Counters
        /// The streaks afterwards, if they changed.
        var streaks: Streaks?

        enum CodingKeys: String, CodingKey {
            case lessonID = "lesson_id"
            case revision
            case result
            case xp
            case replacedXP = "replaced_xp"
            case counters
            case streaks
        }
    }

    /// A lesson does not count any more, or never will.
    struct LessonWithdrawn: EventPayload {
        static let type = "student.lesson_withdrawn"

        var lessonID: UUID
        /// The version of the lesson's stream that told so.
        var revision: Int64
        /// What it had given; it is taken back.
        var replacedXP: Int
        /// All numbers, afterwards.
        var counters: Counters
        /// The streaks afterwards, if they changed.
        var streaks: Streaks?

        enum CodingKeys: String, CodingKey {
            case lessonID = "lesson_id"
            case revision
            case replacedXP = "replaced_xp"
            case counters
            case streaks
        }
    }

    /// A metric reached its target.
    struct AchievementEarned: EventPayload {
        static let type = "student.achievement_earned"

        var achievementID: String
        /// What it gives.
        var xp: Int

        enum CodingKeys: String, CodingKey {
            case achievementID = "achievement_id"
            case xp
        }
    }

    /// A correction took a metric back below its target.
    struct AchievementRevoked: EventPayload {
        static let type = "student.achievement_revoked"

        var achievementID: String
        /// What it had given; it is taken back.
        var xp: Int

        enum CodingKeys: String, CodingKey {
            case achievementID = "achievement_id"
            case xp
        }
    }

    /// Experience, by the rules of that moment, meant another level than before.
    struct LevelChanged: EventPayload {
        static let type = "student.level_changed"

        var level: Int
        var previousLevel: Int

        enum CodingKeys: String, CodingKey {
            case level
            case previousLevel = "previous_level"
        }
    }
}
