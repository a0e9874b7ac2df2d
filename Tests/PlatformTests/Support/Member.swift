/// A process of the platform under test.
enum Member: String, CaseIterable, Sendable {
    case postgres
    case rabbitmq
    case redis
    case user = "user-service"
    case lesson = "lesson-service"
    case student = "student-service"
    case secondStudent = "student-service-2"
    case gateway = "api-gateway"

    /// The servers that others wrote.
    static let servers = [Member.postgres, .rabbitmq, .redis]
    /// Our own programs.
    static let programs = [Member.user, .lesson, .student, .secondStudent, .gateway]

    var isServer: Bool { Self.servers.contains(self) }

    /// The name of the executable.
    var product: String { self == .secondStudent ? Self.student.rawValue : self.rawValue }

    /// The service's schema and role.
    var schema: String { self.product.replacing("-", with: "_") }
}
