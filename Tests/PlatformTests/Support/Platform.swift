import BlockingIO
import EventSourcing
import Foundation
import TestKit

/// The whole platform with servers of its own, started for a test and gone with it.
///
/// The kernel ends a process together with the *thread* that started it (prctl(2), PR_SET_PDEATHSIG), and threads of pools
/// come and go; so this actor has a thread of its own. When the tests are killed, nothing of the platform stays behind.
actor Platform {
    /// The platform that the running suite has been lent.
    @TaskLocal static var lent: Platform?

    /// The administrator that the user service creates.
    static let administrator = (email: "admin@example.org", password: "administrator")

    /// The password of every service, at the database and at the broker.
    static let password = "of-the-platform-tests"

    /// What gateway and services prove to each other.
    static let internalKey = "an-internal-key-of-the-platform-tests"

    private nonisolated let executor = ThreadExecutor(name: "platform")
    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    /// Where everybody listens, on 127.0.0.1; the same after every restart.
    nonisolated let ports: [Member: Int]
    /// Of whom it consists.
    nonisolated let members: [Member]
    /// A folder of its own, gone with it.
    nonisolated let folder: URL
    private let managementPort: Int
    private var processes: [Member: ChildProcess] = [:]

    private init(of members: [Member]) throws {
        var ports: Set<Int> = []
        while ports.count <= members.count { ports.insert(try freeServerPort()) }
        self.members = members
        self.managementPort = ports.removeFirst()
        self.ports = Dictionary(uniqueKeysWithValues: zip(members, ports))
        self.folder = FileManager.default.temporaryDirectory.appending(path: "platform-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    }

    /// Lends a platform that is ready; its logs stay only when something fails.
    static func with(_ members: [Member], _ body: @Sendable (Platform) async throws -> Void) async throws {
        let platform = try Platform(of: members)
        do {
            for member in Member.servers { try await platform.start(member) }
            for member in Member.servers { try await platform.ready(member) }
            try await platform.prepareDatabase()
            for member in members where !member.isServer { try await platform.start(member) }
            try await platform.ready()
            try await body(platform)
        } catch {
            await platform.tearDown(keepingLogs: true)
            throw error
        }
        await platform.tearDown(keepingLogs: false)
    }

    /// Starts a process; returns before it is ready.
    ///
    /// - Parameter environment: What it is told besides the usual.
    func start(_ member: Member, environment: [String: String] = [:]) throws {
        let program = member.isServer ? self.server(member) : ["\(Self.products.path)/\(member.product)"]
        // Not the sources' folder: a .env file there is meant for containers.
        let inFolder = ["/usr/bin/env", "--chdir", self.folder.path, "setpriv", "--pdeathsig", "TERM"]
        self.processes[member] = try ChildProcess(
            inFolder + program,
            environment: self.settings(of: member).merging(environment) { $1 },
            log: self.log(of: member).path
        )
    }

    /// Kills a process with SIGKILL, as a crash would, and waits for its end.
    func kill(_ member: Member) async throws {
        guard let process = self.processes[member] else { return }
        if member.isServer {
            // The script that runs a server ends with it.
            Foundation.kill(try self.pid(of: member), SIGKILL)
        } else {
            process.send(SIGKILL)
        }
        try await self.ended(member)
    }

    /// Asks a process to stop and waits for its end.
    func stop(_ member: Member) async throws {
        self.processes[member]?.terminate()
        try await self.ended(member)
    }

    /// Has a process read again what it can without a new start.
    func reload(_ member: Member) {
        self.processes[member]?.send(SIGHUP)
    }

    /// Stops a process with SIGSTOP: connections stay open and nobody answers.
    func freeze(_ member: Member) throws {
        for pid in try self.pids(of: member) { Foundation.kill(pid, SIGSTOP) }
    }

    /// Lets a frozen process go on.
    func thaw(_ member: Member) throws {
        for pid in try self.pids(of: member) { Foundation.kill(pid, SIGCONT) }
    }

    /// How a process ended; `nil` while it runs.
    func exitStatus(of member: Member) -> Int32? { self.processes[member]?.exitStatus }

    /// Waits until a process serves.
    func ready(_ member: Member) async throws {
        if member.isServer {
            let waiting = try ChildProcess(
                [Self.root.path + "/deploy/local/server", "wait", member.rawValue, "--port", "\(self.port(member))"],
                log: self.log(of: member).path
            )
            try await eventually(within: .seconds(90), "\(member) answers") { !waiting.isRunning }
        } else {
            let client = self.client(of: member)
            try await eventually(within: .seconds(90), "\(member) is ready") {
                guard self.exitStatus(of: member) == nil else { throw Died(member: member, log: self.log(of: member)) }
                return await client.status(of: "/health/ready") == 200
            }
        }
    }

    /// Waits until everything serves, and every gateway knows.
    func ready() async throws {
        for member in self.members { try await self.ready(member) }
        for gateway in self.gateways {
            let client = self.client(of: gateway)
            try await eventually(within: .seconds(90), "\(gateway) finds every instance") {
                try await client.call("GET", "/health").json["status"]?.text == "ok"
            }
        }
    }

    /// Lets go on what is frozen, starts what is not running, and waits until everything serves.
    func recover() async throws {
        for member in self.members {
            if self.exitStatus(of: member) == nil { try self.thaw(member) } else { try self.start(member) }
        }
        try await self.ready()
    }

    nonisolated var gateways: [Member] { self.members.filter(\.isGateway) }

    /// The door of the platform.
    nonisolated var gateway: Client { self.client(of: .gateway) }

    /// A process directly, past the gateway.
    nonisolated func client(of member: Member) -> Client { Client(base: "http://127.0.0.1:\(self.port(member))") }

    nonisolated func port(_ member: Member) -> Int { self.ports[member] ?? 0 }

    /// A process that ended although nobody asked it to.
    private struct Died: Error, CustomStringConvertible {
        let member: Member
        let log: URL

        var description: String {
            let text = (try? String(contentsOf: self.log, encoding: .utf8)) ?? ""
            return "\(self.member) died: \(text.suffix(2000))"
        }
    }

    private func ended(_ member: Member) async throws {
        try await eventually(within: .seconds(60), "\(member) ended") { self.exitStatus(of: member) != nil }
    }

    private func pid(of member: Member) throws -> pid_t {
        guard member.isServer else { return self.processes[member]?.pid ?? 0 }
        let file = self.data(of: member).appending(path: "\(member).pid")
        let text = try String(contentsOf: file, encoding: .utf8)
        guard let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw TestServers.Unavailable("no process id of \(member)")
        }
        return pid
    }

    /// The process and its children: Postgres has one for every connection.
    private func pids(of member: Member) throws -> [pid_t] {
        let pid = try self.pid(of: member)
        let children = try String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
        return [pid] + children.split(separator: " ").compactMap { pid_t($0) }
    }

    private func tearDown(keepingLogs: Bool) async {
        for (member, process) in self.processes where !member.isServer { process.send(SIGKILL) }
        for member in Member.servers {
            // A frozen one hears nothing.
            try? self.thaw(member)
            self.processes[member]?.terminate()
        }
        for member in self.members where self.processes[member] != nil { try? await self.ended(member) }
        if keepingLogs {
            print("The logs of the platform are in \(self.folder.path)")
            for member in Member.servers { try? FileManager.default.removeItem(at: self.data(of: member)) }
        } else {
            try? FileManager.default.removeItem(at: self.folder)
        }
    }
}

// MARK: - What everybody is told

extension Platform {
    /// Tests/PlatformTests/Support/Platform.swift is four steps below the root.
    static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized

    /// Where the programs lie: beside the one that runs the tests, or where `PLATFORM_PROGRAMS` says.
    private static let products =
        ProcessInfo.processInfo.environment["PLATFORM_PROGRAMS"].map { URL(filePath: $0) }
        ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    private func data(of member: Member) -> URL { self.folder.appending(path: member.rawValue) }
    private func log(of member: Member) -> URL { self.folder.appending(path: "\(member.rawValue).log") }

    private func server(_ member: Member) -> [String] {
        var arguments = [Self.root.path + "/deploy/local/server", "run", member.rawValue]
        arguments += ["--data", self.data(of: member).path, "--port", "\(self.port(member))", "--trust"]
        if member == .rabbitmq { arguments += ["--management-port", "\(self.managementPort)"] }
        return arguments
    }

    private func settings(of member: Member) -> [String: String] {
        let anyKey = Data(repeating: 7, count: 32).base64EncodedString()
        var settings = [
            "POSTGRES_HOST": "127.0.0.1", "POSTGRES_PORT": "\(self.port(.postgres))", "POSTGRES_DB": "postgres",
            "POSTGRES_PASSWORD": Self.password,
            "RABBITMQ_HOST": "127.0.0.1", "RABBITMQ_PORT": "\(self.port(.rabbitmq))",
            "RABBITMQ_MANAGEMENT_PORT": "\(self.managementPort)",
            "RABBITMQ_DEFAULT_USER": "repitbot", "RABBITMQ_DEFAULT_PASS": Self.password,
            "REDIS_HOST": "127.0.0.1", "REDIS_PORT": "\(self.port(.redis))",
            "INTERNAL_SERVICE_KEY": Self.internalKey,
            "JWT_SECRET_KEY": anyKey, "PERSONAL_DATA_KEY": anyKey,
            "ADMIN_EMAIL": Self.administrator.email, "ADMIN_PASSWORD": Self.administrator.password,
            "JWKS_URL": "http://127.0.0.1:\(self.port(.user))/.well-known/jwks.json",
            "HOST": "127.0.0.1", "PORT": "\(self.port(member))", "GATEWAY_PORT": "\(self.port(member))",
            "USER_SERVICE_URLS": self.addresses(like: .user), "LESSON_SERVICE_URLS": self.addresses(like: .lesson),
            "STUDENT_SERVICE_URLS": self.addresses(like: .student), "GATEWAY_INSTANCES": "\(self.gateways.count)",
            "RATE_LIMIT_PER_MINUTE": "1000000", "CIRCUIT_BREAKER_RECOVERY_TIMEOUT": "2",
            "LOG_LEVEL": ProcessInfo.processInfo.environment["LOG_LEVEL"] ?? "info", "ACCESS_LOG": "false",
        ]
        if member == .postgres {
            settings["POSTGRES_USER"] = "postgres"
        } else if member == .rabbitmq {
            settings.merge(Self.passwords("RABBITMQ_PASSWORD")) { $1 }
        } else if !member.isServer {
            settings["POSTGRES_USER"] = member.schema
            settings["RABBITMQ_DEFAULT_USER"] = member.schema
            settings["POSTGRES_OWNER"] = "\(member.schema)_owner"
        }
        return settings
    }

    /// All instances of a service.
    private func addresses(like member: Member) -> String {
        self.members.filter { $0.product == member.product }.map { "http://127.0.0.1:\(self.port($0))" }
            .joined(separator: ",")
    }

    /// The variables that tell a server its services: `LESSON_SERVICE_…` and so on.
    private static func passwords(_ name: String) -> [String: String] {
        let services = Member.programs.filter { $0 != .gateway }
        return Dictionary(services.map { ("\($0.schema.uppercased())_\(name)", Self.password) }) { $1 }
    }

    private func prepareDatabase() async throws {
        let psql = try ChildProcess(
            ["/usr/bin/psql", "--no-psqlrc", "--file", Self.root.path + "/deploy/postgres/roles.sql", self.database],
            environment: Self.passwords("DB_PASSWORD"),
            log: self.log(of: .postgres).path
        )
        try await eventually(within: .seconds(60), "the roles exist") { !psql.isRunning }
        guard psql.exitStatus == 0 else { throw Died(member: .postgres, log: self.log(of: .postgres)) }
    }

    /// The database, as its administrator.
    nonisolated var database: String { "postgres://postgres@127.0.0.1:\(self.port(.postgres))/postgres" }
}
