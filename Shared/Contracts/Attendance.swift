/// Whether a student was at a lesson.
public enum Attendance: String, CaseIterable, Codable, Sendable {
    /// From the beginning.
    case attended
    /// Not from the beginning.
    case late
    /// Absent for a good reason, told in time.
    case excusedAbsence = "excused_absence"
    /// Absent without one.
    case unexcusedAbsence = "unexcused_absence"

    /// Whether the student took part at all.
    public var isPresent: Bool {
        switch self {
        case .attended, .late: true
        case .excusedAbsence, .unexcusedAbsence: false
        }
    }
}
