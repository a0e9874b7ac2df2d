internal import Contracts

/// Something to be proud of: earned when a metric reaches a target, lost when a correction takes it back below.
struct Achievement: Equatable, Identifiable, Sendable {
    /// How rare it is.
    enum Rarity: String, Codable, Sendable {
        case common
        case rare
        case epic
        case legendary
    }

    /// The stable name; part of the wire format.
    let id: String
    let rarity: Rarity
    /// What it is worth in experience.
    let xp: Int
    /// What it measures, and how much it takes.
    let metric: Metric
    let target: Int
    /// Its name and how to earn it, in every language.
    private(set) var texts: [Language: Text] = [:]

    init(_ id: String, _ rarity: Rarity, xp: Int, _ metric: Metric, _ target: Int) {
        self.id = id
        self.rarity = rarity
        self.xp = xp
        self.metric = metric
        self.target = target
    }

    /// What is shown to people.
    struct Text: Equatable, Sendable {
        let title: String
        let description: String
    }
}

extension Achievement {
    /// With a Russian name.
    func russian(_ title: String, _ description: String) -> Achievement {
        self.called(title, description, in: .russian)
    }

    /// With an English name.
    func english(_ title: String, _ description: String) -> Achievement {
        self.called(title, description, in: .english)
    }

    private func called(_ title: String, _ description: String, in language: Language) -> Achievement {
        var copy = self
        copy.texts[language] = Text(title: title, description: description)
        return copy
    }
}
