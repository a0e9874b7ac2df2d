internal import Contracts
internal import Foundation

/// An achievement as clients see it, with how far somebody is.
struct AchievementView: Encodable, Sendable {
    let id: String
    let title: String
    let description: String
    let rarity: Achievement.Rarity
    let xp: Int
    let earnedAt: Date?
    let progress: Int?
    let target: Int

    enum CodingKeys: String, CodingKey {
        case id, title, description, rarity, xp, progress, target
        case earnedAt = "earned_at"
    }

    /// - Parameter progress: The metric as it stands; more than the target counts as the target.
    init(_ achievement: Achievement, in language: Language, earnedAt: Date? = nil, progress: Int? = nil) {
        self.id = achievement.id
        self.title = achievement.texts[language]?.title ?? achievement.id
        self.description = achievement.texts[language]?.description ?? ""
        self.rarity = achievement.rarity
        self.xp = achievement.xp
        self.earnedAt = earnedAt
        self.progress = progress.map { min($0, achievement.target) }
        self.target = achievement.target
    }
}
