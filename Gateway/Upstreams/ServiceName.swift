/// The services behind the gateway, by the names that people see in `/gateway/services`.
enum ServiceName: String, CaseIterable, Decodable, Sendable, CustomStringConvertible {
    case user
    case lesson
    case student

    var description: String { self.rawValue }

    /// The position among all cases.
    var index: Int {
        switch self {
        case .user: 0
        case .lesson: 1
        case .student: 2
        }
    }
}
