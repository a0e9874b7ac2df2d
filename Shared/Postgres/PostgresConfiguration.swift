internal import BlockingIO

/// Where the server is, who we are and how long we are willing to wait.
///
/// The password never appears in `description`, `debugDescription` or a mirror.
public struct PostgresConfiguration: Sendable {
    /// Which servers of a cluster are acceptable (manual, 34.1.2, `target_session_attrs`).
    public enum TargetSessionAttributes: String, Sendable {
        /// Any server that answers.
        case any
        /// One that accepts writes.
        case readWrite = "read-write"
        /// One that refuses writes.
        case readOnly = "read-only"
        /// One that is not a standby.
        case primary
        /// One that is a standby.
        case standby
        /// A standby if there is one, otherwise any.
        case preferStandby = "prefer-standby"
    }

    /// The servers, tried in order.
    public var hosts: [String]
    /// One port for all servers or one for each; empty means 5432.
    public var ports: [String]
    /// The database.
    public var database: String
    /// The role.
    public var user: String
    /// The role's password; empty means none.
    public var password: String
    /// Shown in `pg_stat_activity`.
    public var applicationName: String
    /// The schema in which unqualified names are looked for first.
    public var schema: String?
    /// The longest a statement may run; the server ends it.
    public var statementTimeout: Duration = .seconds(5)
    /// The longest a statement waits for a lock.
    public var lockTimeout: Duration = .seconds(2)
    /// The longest a transaction may stay open between two statements: an open transaction holds back every reader of
    /// the event log.
    public var idleInTransactionTimeout: Duration = .seconds(15)
    /// The longest that connecting to one address may take; libpq waits for two seconds at least.
    public var connectTimeout: Duration = .seconds(3)
    /// How much longer than `statementTimeout` to wait for an answer before the connection is given up.
    public var grace: Duration = .seconds(2)
    /// The most prepared statements a connection keeps.
    public var statementCacheSize = 256
    /// Which servers are acceptable.
    public var targetSessionAttributes: TargetSessionAttributes
    /// The most connections that are open at the same time.
    public var poolSize: Int
    /// The most callers that may wait for a connection; one more is refused at once.
    public var maxWaiters = 1_000
    /// The longest a caller waits for a connection.
    public var maxWait: Duration = .seconds(2)

    /// What else the connection string says (`sslmode`, `sslrootcert`, …), passed on as it is.
    private var others: [String: String] = [:]

    /// States everything by name.
    ///
    /// - Parameters:
    ///   - hosts: Names or addresses, tried in order; of several servers the one that takes writes is wanted.
    ///   - port: The port on each of them.
    ///   - database: The database.
    ///   - user: The role to log in as.
    ///   - password: Its password; empty means none.
    ///   - applicationName: Shown in `pg_stat_activity`.
    ///   - schema: The schema in which unqualified names are looked for first.
    ///   - poolSize: The most connections.
    public init(
        hosts: [String],
        port: Int = 5_432,
        database: String,
        user: String,
        password: String,
        applicationName: String,
        schema: String? = nil,
        poolSize: Int = 8
    ) {
        self.hosts = hosts
        self.ports = ["\(port)"]
        self.database = database
        self.user = user
        self.password = password
        self.applicationName = applicationName
        self.schema = schema
        self.poolSize = poolSize
        self.targetSessionAttributes = hosts.count > 1 ? .readWrite : .any
    }

    /// Reads a connection string.
    ///
    /// - Parameters:
    ///   - url: A URI `postgres://user:password@host:port,host:port/database?name=value` or `name=value` pairs, both as
    ///     in the manual, 34.1.1.
    ///   - applicationName: Shown in `pg_stat_activity`, unless the connection string names one.
    ///   - schema: The schema in which unqualified names are looked for first.
    ///   - poolSize: The most connections.
    /// - Throws: ``PostgresError`` with code `invalidConfiguration`.
    public init(
        url: String,
        applicationName: String = "repitbot",
        schema: String? = nil,
        poolSize: Int = 8
    ) throws {
        var values = try PostgresHandle.parse(connectionString: url)
        func take(_ name: String) -> String? { values.removeValue(forKey: name) }

        self.init(
            hosts: Self.list(take("host")),
            database: take("dbname") ?? "",
            user: take("user") ?? "",
            password: take("password") ?? "",
            applicationName: take("application_name") ?? applicationName,
            schema: schema,
            poolSize: poolSize
        )
        self.ports = Self.list(take("port"))
        if let target = take("target_session_attrs") {
            guard let attributes = TargetSessionAttributes(rawValue: target) else {
                throw PostgresError(.invalidConfiguration, "unknown target_session_attrs")
            }
            self.targetSessionAttributes = attributes
        }
        self.others = values
    }

    var pool: PoolConfiguration {
        PoolConfiguration(size: self.poolSize, maxWaiters: self.maxWaiters, maxWait: self.maxWait)
    }

    /// What libpq is told; later entries win.
    var keywords: [(name: String, value: String)] {
        var keywords = self.others.filter { $0.key != "options" }.map { (name: $0.key, value: $0.value) }
        keywords += [
            ("host", self.hosts.joined(separator: ",")),
            ("port", self.ports.joined(separator: ",")),
            ("dbname", self.database),
            ("user", self.user),
            ("password", self.password),
            ("application_name", self.applicationName),
            ("target_session_attrs", self.targetSessionAttributes.rawValue),
            ("client_encoding", "UTF8"),
            ("connect_timeout", String(max(1, self.connectTimeout.milliseconds / 1_000))),
            ("keepalives", "1"),
            ("keepalives_idle", "10"),
            ("keepalives_interval", "5"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "10000"),
            ("options", self.options),
        ]
        return keywords.filter { !$0.value.isEmpty }
    }

    /// The session's settings; what the connection string asks for comes last and so wins.
    private var options: String {
        var settings = [
            "statement_timeout": String(self.statementTimeout.milliseconds),
            "lock_timeout": String(self.lockTimeout.milliseconds),
            "idle_in_transaction_session_timeout": String(self.idleInTransactionTimeout.milliseconds),
            // Values are read in these formats.
            "DateStyle": "ISO",
            "TimeZone": "UTC",
            "bytea_output": "hex",
        ]
        if let schema { settings["search_path"] = "\(SQL.quoted(identifier: schema)),public" }
        var options = settings.sorted { $0.key < $1.key }.map { "-c \($0.key)=\(Self.escaped($0.value))" }
        if let others = self.others["options"] { options.append(others) }
        return options.joined(separator: " ")
    }

    private static func list(_ text: String?) -> [String] {
        text?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
    }

    /// Escapes what would end an argument (manual, 34.1.2, `options`).
    ///
    /// "Spaces within this string are considered to separate command-line arguments, unless escaped with a backslash."
    private static func escaped(_ value: String) -> String {
        value.map { $0 == "\\" || $0 == " " ? "\\\($0)" : String($0) }.joined()
    }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Everything but the password.
    public var description: String {
        "postgres://\(self.user)@\(self.hosts.joined(separator: ",")):\(self.ports.joined(separator: ","))/\(self.database)"
    }

    /// The same as `description`.
    public var debugDescription: String { self.description }

    /// Hides the password from `dump`.
    public var customMirror: Mirror { Mirror(self, children: ["server": self.description]) }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 {
        self.components.seconds * 1_000 + self.components.attoseconds / 1_000_000_000_000_000
    }
}
