public import AsyncHTTPClient
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1

/// The part of RabbitMQ's management API that AMQP has no words for: policies, alarms, overviews, virtual hosts.
public struct ManagementClient: Sendable {
    private let baseURL: String
    private let authorization: String
    private let virtualHost: String
    private let timeout: Duration
    private let client: HTTPClient

    /// Names the broker; connects only when something is asked for.
    ///
    /// - Parameters:
    ///   - url: The address without credentials, for example `http://127.0.0.1:15672`.
    ///   - username: A user with the tag `management`; to set policies, `policymaker`.
    ///   - password: The password.
    ///   - virtualHost: The virtual host that all calls are about.
    ///   - timeout: The limit for each call.
    ///   - client: The HTTP client.
    /// - Throws: `ManagementError` with code `invalidConfiguration`.
    public init(
        url: String,
        username: String,
        password: String,
        virtualHost: String = "/",
        timeout: Duration = .seconds(5),
        client: HTTPClient = .shared
    ) throws {
        guard let components = URL(string: url), components.host() != nil, components.user() == nil else {
            throw ManagementError(code: .invalidConfiguration, message: "the address must be http://host:port")
        }
        self.baseURL = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.authorization = "Basic " + Data("\(username):\(password)".utf8).base64EncodedString()
        self.virtualHost = virtualHost
        self.timeout = timeout
        self.client = client
    }

    /// Sets a policy, or replaces the one of that name.
    public func put(_ policy: Policy<some Codable & Sendable & Equatable>) async throws {
        try await self.send(.PUT, "policies", self.virtualHost, policy.name, body: policy)
    }

    /// Removes a policy.
    ///
    /// One that does not exist is no error.
    public func deletePolicy(named name: String) async throws {
        try await self.delete("policies", self.virtualHost, name)
    }

    /// What the broker says about a queue; `nil` if it does not exist.
    public func queue(named name: String) async throws -> QueueReport? {
        do {
            return try await self.get("queues", self.virtualHost, name)
        } catch let error as ManagementError where error.code == .notFound {
            return nil
        }
    }

    /// What the broker says about all queues of the virtual host.
    public func queues() async throws -> [QueueReport] {
        try await self.get("queues", self.virtualHost)
    }

    /// The policy definition of an exchange; `nil` if the exchange does not exist.
    public func exchangePolicy(of exchange: String) async throws -> ExchangePolicy? {
        struct Report: Decodable {
            let policy: String?
        }
        do {
            let report: Report = try await self.get("exchanges", self.virtualHost, exchange)
            guard let name = report.policy else { return ExchangePolicy() }
            let policy: Policy<ExchangePolicy> = try await self.get("policies", self.virtualHost, name)
            return policy.definition
        } catch let error as ManagementError where error.code == .notFound {
            return nil
        }
    }

    /// The resources that the broker has run out of.
    public func alarms() async throws -> [ResourceAlarm] {
        struct Report: Decodable {
            let alarms: [ResourceAlarm]?
        }
        // 503 is how this check says "there are some".
        let (status, body) = try await self.execute(.GET, ["health", "checks", "alarms"])
        guard status == .ok || status == .serviceUnavailable else { throw Self.error(status, body) }
        return try Self.decode(Report.self, from: body).alarms ?? []
    }

    /// Creates the virtual host, with all rights for the user.
    public func createVirtualHost(for username: String) async throws {
        struct Permissions: Encodable {
            var configure = ".*"
            var write = ".*"
            var read = ".*"
        }
        try await self.send(.PUT, "vhosts", self.virtualHost, body: [String: String]())
        try await self.send(.PUT, "permissions", self.virtualHost, username, body: Permissions())
    }

    /// Deletes the virtual host with everything in it.
    ///
    /// One that does not exist is no error.
    public func deleteVirtualHost() async throws {
        try await self.delete("vhosts", self.virtualHost)
    }

    private func get<Answer: Decodable>(_ path: String...) async throws -> Answer {
        let (status, body) = try await self.execute(.GET, path)
        guard status == .ok else { throw Self.error(status, body) }
        return try Self.decode(Answer.self, from: body)
    }

    private func send(_ method: HTTPMethod, _ path: String..., body: some Encodable) async throws {
        let (status, answer) = try await self.execute(method, path, body: ByteBuffer(bytes: JSONEncoder().encode(body)))
        guard (200..<300).contains(status.code) else { throw Self.error(status, answer) }
    }

    private func delete(_ path: String...) async throws {
        let (status, body) = try await self.execute(.DELETE, path)
        guard (200..<300).contains(status.code) || status == .notFound else { throw Self.error(status, body) }
    }

    private func execute(
        _ method: HTTPMethod,
        _ path: [String],
        body: ByteBuffer? = nil
    ) async throws -> (HTTPResponseStatus, ByteBuffer) {
        var request = HTTPClientRequest(url: ([self.baseURL, "api"] + path.map(Self.escaped)).joined(separator: "/"))
        request.method = method
        request.headers.add(name: "Authorization", value: self.authorization)
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = body.map { .bytes($0) }
        do {
            let response = try await self.client.execute(request, timeout: TimeAmount(self.timeout))
            return (response.status, try await response.body.collect(upTo: 16 << 20))
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ManagementError(code: .unreachable, message: "\(method) \(request.url): \(error)")
        }
    }

    private static func decode<Answer: Decodable>(_ type: Answer.Type, from body: ByteBuffer) throws -> Answer {
        do {
            return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        } catch {
            throw ManagementError(code: .unexpected, message: "\(error)")
        }
    }

    private static func error(_ status: HTTPResponseStatus, _ body: ByteBuffer) -> ManagementError {
        let code: ManagementError.Code =
            switch status.code {
            case 401: .unauthorized
            case 404: .notFound
            case 400..<500: .refused
            case 500...: .unavailable
            default: .unexpected
            }
        return ManagementError(code: code, message: "HTTP \(status.code): \(String(buffer: body))")
    }

    /// A piece of a path, percent-encoded so that the virtual host `/` stays one piece.
    private static func escaped(_ piece: String) -> String {
        piece.utf8.reduce(into: "") { text, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
    }
}
