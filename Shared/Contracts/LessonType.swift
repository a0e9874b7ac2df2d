/// What kind of lesson it is.
public enum LessonType: String, CaseIterable, Codable, Sendable {
    /// Something new is learned.
    case regular
    /// Something known is practised.
    case practice
    /// What was learned is tested.
    case test
    /// An examination.
    case exam
}
