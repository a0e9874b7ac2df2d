// swift-tools-version: 6.2
import PackageDescription

// The map of the system. Arrows only point up: C libraries, their wrappers, event sourcing, the chassis, the services.

/// What every target is compiled with.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library of the house.
func shared(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: "Shared/\(name)",
        swiftSettings: strict
    )
}

/// A service: same anatomy, same foundation.
func service(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .executableTarget(
        name: "\(name)Service",
        dependencies: [
            "Contracts", "Directory", "EventSourcing", "EventStorePostgres", "Messaging", "Postgres", "ServiceKit",
        ]
            + dependencies,
        path: "Services/\(name)",
        resources: [.embedInCode("openapi.yaml")],
        swiftSettings: strict
    )
}

/// The tests of one module or service.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: dependencies + ["TestKit"],
        path: "Tests/\(name)Tests",
        exclude: exclude,
        swiftSettings: strict
    )
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let serviceLifecycleTestKit = Target.Dependency.product(
    name: "ServiceLifecycleTestKit",
    package: "swift-service-lifecycle"
)
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "repitbot",
    products: [
        .executable(name: "api-gateway", targets: ["Gateway"]),
        .executable(name: "lesson-service", targets: ["LessonService"]),
        .executable(name: "student-service", targets: ["StudentService"]),
        .executable(name: "user-service", targets: ["UserService"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C libraries: a module map each, and one importer.
        .systemLibrary(name: "CHiredis", path: "Shared/CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CLibPQ", path: "Shared/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CRabbitMQ", path: "Shared/CRabbitMQ", providers: [.apt(["librabbitmq-dev"])]),

        // Their wrappers.
        shared("BlockingIO", [deque]),
        shared("Postgres", ["BlockingIO", "CLibPQ", deque, logging, serviceLifecycle]),
        shared("Redis", ["BlockingIO", "CHiredis", crypto, logging, serviceLifecycle]),
        shared("RabbitMQ", ["BlockingIO", "CRabbitMQ", deque, logging, serviceLifecycle]),
        shared("RabbitMQManagement", [asyncHTTPClient, nioCore, nioHTTP1]),

        // Event sourcing.
        shared("EventSourcing"),
        shared("Contracts", ["EventSourcing"]),
        shared("EventStorePostgres", ["EventSourcing", "Postgres", crypto]),
        shared(
            "Messaging",
            ["EventSourcing", "EventStorePostgres", "Postgres", "RabbitMQ", logging, metrics, serviceLifecycle]
        ),
        shared("Directory", ["Contracts", "EventSourcing", "EventStorePostgres", "Messaging", "Postgres"]),

        // The chassis.
        shared(
            "ServiceKit",
            [
                "BlockingIO", "Contracts", "Directory", "EventSourcing", "EventStorePostgres", "Messaging", "Postgres",
                "RabbitMQ", "RabbitMQManagement", argumentParser, asyncHTTPClient, configuration, coreMetrics, crypto,
                httpTypes, hummingbird, hummingbirdCore, logging, nioCore, nioHTTP1, nioHTTPTypes, serviceLifecycle,
                system, unixSignals, yams,
            ]
        ),

        // The processes.
        .executableTarget(
            name: "Gateway",
            dependencies: [
                "Contracts", "EventSourcing", "Redis", "ServiceKit", asyncHTTPClient, configuration, crypto, deque,
                logging,
                nioCore, nioHTTP1, nioHTTP2, nioPosix, nioSSL, nioTLS, serviceLifecycle, system, unixSignals,
            ],
            path: "Gateway",
            resources: [
                .embedInCode("Documentation/redoc.html"), .embedInCode("Documentation/swagger.html"),
                .embedInCode("Documentation/swagger.js"), .embedInCode("openapi.yaml"), .embedInCode("routes.yaml"),
            ],
            swiftSettings: strict
        ),
        service("Lesson", [crypto]),
        service("Student"),
        service("User", ["BlockingIO", crypto, cryptoExtras, logging, serviceLifecycle]),

        // The tests: one target for each module and service, and what they share.
        .target(
            name: "TestKit",
            dependencies: ["EventSourcing", "Postgres", logging],
            path: "Tests/TestKit",
            swiftSettings: strict
        ),
        .target(
            name: "ServiceTestKit",
            dependencies: [
                "Contracts", "EventSourcing", "EventStorePostgres", "Messaging", "Postgres", "RabbitMQ", "ServiceKit",
                "TestKit", asyncHTTPClient, configuration, logging, nioCore, nioHTTP1, serviceLifecycle,
            ],
            path: "Tests/ServiceTestKit",
            swiftSettings: strict
        ),
        .target(
            name: "SampleService",
            dependencies: [
                "EventSourcing", "EventStorePostgres", "Messaging", "Postgres", "RabbitMQ", logging, serviceLifecycle,
            ],
            path: "Tests/SampleService",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "FaultVictim",
            dependencies: [
                "EventStorePostgres", "Messaging", "Postgres", "RabbitMQ", "SampleService", logging, serviceLifecycle,
                unixSignals,
            ],
            path: "Tests/FaultVictim",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "FoundationBench",
            dependencies: [
                "EventSourcing", "EventStorePostgres", "Messaging", "Postgres", "RabbitMQ", "SampleService",
                argumentParser, logging, serviceLifecycle, unixSignals,
            ],
            path: "deploy/load/FoundationBench",
            exclude: ["append.sql"],
            swiftSettings: strict
        ),
        tests("BlockingIO", ["BlockingIO"]),
        tests("Contracts", ["Contracts", "EventSourcing"], exclude: ["Golden"]),
        tests(
            "Directory",
            ["Contracts", "Directory", "EventSourcing", "EventStorePostgres", "Messaging", "Postgres"]
        ),
        tests("EventSourcing", ["EventSourcing"]),
        tests(
            "EventStorePostgres",
            ["EventSourcing", "EventStorePostgres", "Postgres", "SampleService", crypto, logging]
        ),
        tests(
            "Gateway",
            [
                "BlockingIO", "Contracts", "Gateway", "Redis", "ServiceKit", configuration, logging, nioCore, nioHTTP1,
                nioPosix, serviceLifecycle,
            ]
        ),
        tests(
            "LessonService",
            [
                "Contracts", "Directory", "EventSourcing", "EventStorePostgres", "Messaging", "Postgres", "RabbitMQ",
                "ServiceKit", "ServiceTestKit", "LessonService", crypto, logging,
            ],
            exclude: ["Golden"]
        ),
        tests(
            "Messaging",
            [
                "EventSourcing", "EventStorePostgres", "FaultVictim", "Messaging", "Postgres", "RabbitMQ",
                "SampleService",
                logging, serviceLifecycle,
            ]
        ),
        tests(
            "Platform",
            [
                "BlockingIO", "EventSourcing", "Gateway", "LessonService", "Postgres", "RabbitMQ", "Redis",
                "StudentService", "UserService", asyncHTTPClient, logging, nioCore, nioHTTP1, nioPosix,
            ]
        ),
        tests("Postgres", ["BlockingIO", "Postgres", logging, serviceLifecycle]),
        tests("RabbitMQ", ["BlockingIO", "RabbitMQ", logging, serviceLifecycle]),
        tests("RabbitMQManagement", ["RabbitMQ", "RabbitMQManagement", logging]),
        tests("Redis", ["BlockingIO", "Redis", logging, serviceLifecycle, serviceLifecycleTestKit]),
        tests(
            "ServiceKit",
            [
                "BlockingIO", "Contracts", "Directory", "EventSourcing", "EventStorePostgres", "Messaging", "Postgres",
                "RabbitMQ",
                "RabbitMQManagement", "ServiceKit", "ServiceTestKit",
                asyncHTTPClient, configuration, coreMetrics, crypto, logging, nioCore, nioHTTP1, nioPosix,
                serviceLifecycle,
            ]
        ),
        tests(
            "StudentService",
            [
                "Contracts", "Directory", "EventSourcing", "EventStorePostgres", "Messaging", "Postgres", "RabbitMQ",
                "ServiceKit", "ServiceTestKit", "StudentService", logging,
            ],
            exclude: ["Golden"]
        ),
        tests(
            "UserService",
            [
                "Contracts", "EventSourcing", "EventStorePostgres", "Postgres", "ServiceKit", "ServiceTestKit",
                "UserService", crypto, logging,
            ],
            exclude: ["Golden"]
        ),
    ],
    swiftLanguageModes: [.v6]
)
