internal import NIOCore
internal import Redis
internal import ServiceKit

/// Everything that the gateway is told from outside.
struct GatewayConfiguration: Sendable {
    var host: String
    var port: Int
    var addresses: [ServiceName: [InstanceAddress]]
    /// `nil` asks the user service.
    var jwksURL: String?
    var redis: RedisConfiguration
    var internalKey: String
    var requestsPerMinute: Int
    var gateways: Int
    var breaker: Breaker.Policy
    var connectionsPerAddress: Int
    var connections: Int
    /// `nil` speaks plain HTTP.
    var certificate: ServerCertificate.Files?
    /// `nil` takes the routes that were built in.
    var routesFile: String?
    /// Where Swagger UI and Redoc are; `nil` if nowhere.
    var documentationFolder: String?
    var allowedOrigins: Set<String>
    var trustedProxies: [NetworkRange]
    var insideNetworks: [NetworkRange]
    var writesAccessLog: Bool

    /// Reads all of it; mistakes are collected by the reader.
    init(_ reader: inout ConfigurationReader) {
        self.host = reader.read(.string("HOST", default: "127.0.0.1", "The address to listen on."))
        self.port = reader.read(.port("GATEWAY_PORT", default: 8000, "Where clients reach the platform."))
        let user = reader.read(.instances("USER_SERVICE_URLS", default: 8001, "The instances of the user service."))
        let lesson = reader.read(
            .instances("LESSON_SERVICE_URLS", default: 8002, "The instances of the lesson service.")
        )
        let student = reader.read(
            .instances("STUDENT_SERVICE_URLS", default: 8008, "The instances of the student service.")
        )
        self.addresses = [.user: user, .lesson: lesson, .student: student]
        self.jwksURL = reader.readIfPresent(
            .string("JWKS_URL", "Where public keys are; by default any instance of the user service.")
        )
        self.redis = RedisConfiguration(
            host: reader.read(.string("REDIS_HOST", default: "localhost", "Where Redis is.")),
            port: reader.read(.port("REDIS_PORT", default: 6379, "The port of Redis.")),
            password: reader.readIfPresent(.secret("REDIS_PASSWORD", "The password of Redis, if it has one."))
        )
        // A decision takes 100 ms at most, and this is only a part of it.
        self.redis.commandTimeout = .milliseconds(60)
        self.internalKey = reader.read(
            .secret("INTERNAL_SERVICE_KEY", minimumLength: 32, "What gateway and services prove to each other.")
        )
        self.requestsPerMinute = reader.read(
            .integer(
                "RATE_LIMIT_PER_MINUTE",
                default: 100,
                in: 10...100_000_000,
                "Requests of one person in any minute."
            )
        )
        self.gateways = reader.read(
            .integer(
                "GATEWAY_INSTANCES",
                default: 1,
                in: 1...1000,
                "Gateways that share the limits while Redis is away."
            )
        )
        self.breaker = Breaker.Policy()
        self.breaker.failureThreshold = reader.read(
            .integer("CIRCUIT_BREAKER_FAILURE_THRESHOLD", default: 5, in: 1...1000, "Failures that open a breaker.")
        )
        let recovery = reader.read(
            .seconds(
                "CIRCUIT_BREAKER_RECOVERY_TIMEOUT",
                default: .seconds(60),
                "The longest that a breaker stays open."
            )
        )
        self.breaker.recoveryTime = TimeAmount(recovery)
        self.connectionsPerAddress = reader.read(
            .integer(
                "CONNECTIONS_PER_ADDRESS",
                default: 50,
                in: 1...1_000_000,
                "Connections from one address at once; a school behind one router may need more."
            )
        )
        self.connections = reader.read(
            .integer("MAX_CONNECTIONS", default: 2000, in: 100...1_000_000, "Connections at once, from everywhere.")
        )
        let certificates = reader.readIfPresent(
            .string(
                "TLS_CERTIFICATE",
                "A PEM file: the gateway's certificate, then its issuers'. With it, TLS and HTTP/2."
            )
        )
        let privateKey = reader.readIfPresent(.string("TLS_PRIVATE_KEY", "A PEM file: the certificate's private key."))
        if let certificates, let privateKey {
            self.certificate = ServerCertificate.Files(certificates: certificates, privateKey: privateKey)
        } else if certificates != nil || privateKey != nil {
            reader.refuse("TLS_CERTIFICATE and TLS_PRIVATE_KEY need each other")
        }
        self.routesFile = reader.readIfPresent(
            .string("ROUTES_FILE", "A file like Gateway/routes.yaml to be used instead; read again on SIGHUP.")
        )
        self.documentationFolder = reader.readIfPresent(
            .string("DOCS_ASSETS", "The folder with Swagger UI and Redoc for /docs and /redoc.")
        )
        self.allowedOrigins = Set(
            reader.read(.list("CORS_ALLOWED_ORIGINS", "Origins whose pages may call, as browsers write them."))
        )
        if self.allowedOrigins.contains("*") { reader.refuse("CORS_ALLOWED_ORIGINS must name each origin, not *") }
        self.trustedProxies = reader.read(
            .networks("TRUSTED_PROXIES", "Networks of our own proxies, whose X-Forwarded-For is believed.")
        )
        self.insideNetworks = reader.read(
            .networks(
                "INSIDE_NETWORKS",
                default: NetworkRange.privateNetworks,
                "From where /gateway/services and /gateway/metrics need no token; fewer where everybody seems to come from inside."
            )
        )
        self.writesAccessLog = reader.read(.boolean("ACCESS_LOG", default: true, "One log line per request."))
    }
}

extension ConfigurationKey where Value == [InstanceAddress] {
    fileprivate static func instances(_ name: String, default port: Int, _ comment: String) -> Self {
        let known = InstanceAddress(url: "http://127.0.0.1:\(port)")
        return Self(
            name,
            kind: "comma-separated http://host:port",
            default: known.map { [$0] },
            defaultText: known?.description,
            placeholder: [],
            comment: comment
        ) { text throws(ConfigurationMistake) in
            let urls = text.listItems
            let addresses = urls.compactMap { InstanceAddress(url: $0) }
            guard addresses.count == urls.count, !addresses.isEmpty else {
                throw ConfigurationMistake("must be http://host:port, several separated by commas")
            }
            return addresses
        }
    }
}

extension ConfigurationKey where Value == [NetworkRange] {
    fileprivate static func networks(_ name: String, default networks: [String] = [], _ comment: String) -> Self {
        Self(
            name,
            kind: "comma-separated CIDR",
            default: networks.compactMap { NetworkRange($0) },
            defaultText: networks.joined(separator: ","),
            placeholder: [],
            comment: comment
        ) { text throws(ConfigurationMistake) in
            let ranges = text.listItems.compactMap { NetworkRange($0) }
            guard ranges.count == text.listItems.count else {
                throw ConfigurationMistake("must be networks like 10.0.0.0/8, separated by commas")
            }
            return ranges
        }
    }
}
