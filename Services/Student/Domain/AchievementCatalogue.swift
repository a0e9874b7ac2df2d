internal import Contracts

/// Every achievement there is, in the order they are shown.
struct AchievementCatalogue: Sendable {
    /// The achievements.
    let all: [Achievement]

    private let byID: [String: Achievement]

    init(_ all: [Achievement]) {
        self.all = all
        self.byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
    }

    /// An achievement by its stable name.
    subscript(id: String) -> Achievement? { self.byID[id] }

    /// The achievements of the platform.
    static let standard = AchievementCatalogue(
        [
            Achievement("first_lesson", .common, xp: 50, .lessonsCompleted, 1)
                .russian("Первый шаг", "Пройдите первый урок")
                .english("First step", "Complete your first lesson"),
            Achievement("lessons_10", .common, xp: 100, .lessonsCompleted, 10)
                .russian("Ученик", "Пройдите 10 уроков")
                .english("Learner", "Complete 10 lessons"),
            Achievement("lessons_25", .rare, xp: 200, .lessonsCompleted, 25)
                .russian("Четверть сотни", "Пройдите 25 уроков")
                .english("A quarter of a hundred", "Complete 25 lessons"),
            Achievement("lessons_50", .rare, xp: 300, .lessonsCompleted, 50)
                .russian("Знаток", "Пройдите 50 уроков")
                .english("Connoisseur", "Complete 50 lessons"),
            Achievement("lessons_100", .epic, xp: 500, .lessonsCompleted, 100)
                .russian("Мастер", "Пройдите 100 уроков")
                .english("Master", "Complete 100 lessons"),
            Achievement("study_50h", .rare, xp: 400, .studyMinutes, 3_000)
                .russian("Активный ученик", "Занимайтесь 50 часов")
                .english("Active learner", "Study for 50 hours"),
            Achievement("streak_3", .common, xp: 75, .bestDayStreak, 3)
                .russian("Трудяга", "Занимайтесь 3 дня подряд")
                .english("Hard worker", "Learn 3 days in a row"),
            Achievement("streak_7", .common, xp: 150, .bestDayStreak, 7)
                .russian("Постоянство", "Занимайтесь 7 дней подряд")
                .english("Constancy", "Learn 7 days in a row"),
            Achievement("streak_14", .rare, xp: 300, .bestDayStreak, 14)
                .russian("Две недели силы", "Занимайтесь 14 дней подряд")
                .english("Two strong weeks", "Learn 14 days in a row"),
            Achievement("streak_30", .epic, xp: 600, .bestDayStreak, 30)
                .russian("Железная дисциплина", "Занимайтесь 30 дней подряд")
                .english("Iron discipline", "Learn 30 days in a row"),
            Achievement("comeback", .common, xp: 100, .returns, 1)
                .russian("С возвращением", "Вернитесь к занятиям после 30 дней перерыва")
                .english("Welcome back", "Return after 30 days without learning"),
            Achievement("mastery_first", .common, xp: 50, .topicsMastered, 1)
                .russian("Первая вершина", "Освойте первую тему")
                .english("First summit", "Master your first topic"),
            Achievement("mastery_10", .rare, xp: 250, .topicsMastered, 10)
                .russian("Покоритель тем", "Освойте 10 тем")
                .english("Topic conqueror", "Master 10 topics"),
            Achievement("first_homework", .common, xp: 30, .homeworkSubmitted, 1)
                .russian("Исполнительный", "Сдайте первое домашнее задание")
                .english("Diligent", "Hand in your first homework"),
            Achievement("homework_5", .common, xp: 75, .homeworkSubmitted, 5)
                .russian("Прилежный ученик", "Сдайте 5 домашних заданий")
                .english("Studious", "Hand in 5 homework assignments"),
            Achievement("homework_10", .common, xp: 120, .homeworkSubmitted, 10)
                .russian("Знаток заданий", "Сдайте 10 домашних заданий")
                .english("Homework expert", "Hand in 10 homework assignments"),
            Achievement("homework_25", .rare, xp: 250, .homeworkSubmitted, 25)
                .russian("Мастер домашек", "Сдайте 25 домашних заданий")
                .english("Homework master", "Hand in 25 homework assignments"),
            Achievement("homework_50", .epic, xp: 500, .homeworkSubmitted, 50)
                .russian("Гуру ДЗ", "Сдайте 50 домашних заданий")
                .english("Homework guru", "Hand in 50 homework assignments"),
            Achievement("homework_perfect_10", .rare, xp: 250, .homeworkPerfect, 10)
                .russian("Перфекционист", "Сдайте 10 домашних заданий на 90 баллов и выше")
                .english("Perfectionist", "Score 90 or more in 10 homework assignments"),
            Achievement("early_bird", .rare, xp: 200, .homeworkEarly, 5)
                .russian("Ранняя пташка", "Сдайте 5 домашних заданий на день раньше срока")
                .english("Early bird", "Hand in 5 homework assignments a day early"),
            Achievement("materials_10", .common, xp: 100, .materialsStudied, 10)
                .russian("Книголюб", "Изучите 10 материалов")
                .english("Bookworm", "Study 10 materials"),
            Achievement("level_5", .common, xp: 200, .level, 5)
                .russian("Новичок", "Достигните 5 уровня")
                .english("Newcomer", "Reach level 5"),
            Achievement("level_10", .epic, xp: 400, .level, 10)
                .russian("Продвинутый", "Достигните 10 уровня")
                .english("Advanced", "Reach level 10"),
            Achievement("level_25", .epic, xp: 800, .level, 25)
                .russian("Эксперт", "Достигните 25 уровня")
                .english("Expert", "Reach level 25"),
            Achievement("level_50", .legendary, xp: 1_500, .level, 50)
                .russian("Легенда", "Достигните 50 уровня")
                .english("Legend", "Reach level 50"),
        ]
    )
}
