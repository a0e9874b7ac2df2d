import Contracts
import Testing

@testable import StudentService

@Suite("The catalogue of achievements")
struct AchievementCatalogueTests {
    @Test("names every achievement in every language", arguments: AchievementCatalogue.standard.all)
    func texts(_ achievement: Achievement) {
        for language in Language.allCases {
            #expect(achievement.texts[language]?.title.isEmpty == false)
            #expect(achievement.texts[language]?.description.isEmpty == false)
        }
        #expect(achievement.xp > 0)
        #expect(achievement.target > 0)
    }

    @Test(
        "keeps what was promised",
        arguments: [
            ("first_lesson", "Первый шаг", 50), ("lessons_10", "Ученик", 100), ("first_homework", "Исполнительный", 30),
            ("streak_7", "Постоянство", 150), ("level_5", "Новичок", 200), ("lessons_50", "Знаток", 300),
            ("homework_perfect_10", "Перфекционист", 250), ("study_50h", "Активный ученик", 400),
            ("lessons_100", "Мастер", 500), ("streak_30", "Железная дисциплина", 600), ("level_10", "Продвинутый", 400),
            ("level_25", "Эксперт", 800), ("level_50", "Легенда", 1_500),
        ]
    )
    func promises(_ id: String, _ title: String, _ xp: Int) throws {
        let achievement = try #require(AchievementCatalogue.standard[id])
        #expect(achievement.texts[.russian]?.title == title)
        #expect(achievement.xp == xp)
    }

    @Test("knows nothing else")
    func unknown() {
        #expect(AchievementCatalogue.standard["nothing"] == nil)
    }
}
