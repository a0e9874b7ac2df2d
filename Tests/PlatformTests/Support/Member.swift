/// A process of the platform under test.
enum Member: String, CaseIterable, Sendable {
    case postgres
    case rabbitmq
    case redis
    case user = "user-service"
    case secondUser = "user-service-2"
    case lesson = "lesson-service"
    case secondLesson = "lesson-service-2"
    case student = "student-service"
    case secondStudent = "student-service-2"
    case gateway = "api-gateway"
    case secondGateway = "api-gateway-2"
    case thirdGateway = "api-gateway-3"

    /// The servers that others wrote.
    static let servers = [Member.postgres, .rabbitmq, .redis]
    /// Our own programs, as most tests need them.
    static let programs = [Member.user, .lesson, .student, .secondStudent, .gateway]
    /// What most tests need.
    static let usual = Self.servers + Self.programs
    /// Two instances of each service behind three gateways.
    static let fleet = Self.allCases

    var isServer: Bool { Self.servers.contains(self) }
    var isGateway: Bool { self.product == Self.gateway.rawValue }

    /// The name of the executable: further processes of one have a number behind it.
    var product: String {
        let name = self.rawValue
        return name.last?.isNumber == true ? String(name.dropLast(2)) : name
    }

    /// The service's schema and role.
    var schema: String { self.product.replacing("-", with: "_") }
}
