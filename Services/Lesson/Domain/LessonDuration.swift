/// How long a lesson takes: from a quarter of an hour to five hours.
struct LessonDuration: Equatable, Sendable {
    /// In minutes.
    let minutes: Int

    /// Refuses what is too short or too long.
    init(minutes: Int) throws(LessonRefusal) {
        guard (15...300).contains(minutes) else { throw .durationOutOfRange }
        self.minutes = minutes
    }

    /// What a lesson takes when nobody says otherwise.
    static let usual = LessonDuration(unchecked: 60)

    private init(unchecked minutes: Int) {
        self.minutes = minutes
    }
}
