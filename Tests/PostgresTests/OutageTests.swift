import BlockingIO
import Foundation
import Postgres
import TestKit
import Testing

@Suite("When the server fails")
struct OutageTests {
    @Test("case 15: a killed server costs errors, not a restart: the pool recovers by itself")
    func killed() async throws {
        try await withPrivateClient(configure: { $0.statementTimeout = .seconds(60) }) { server, client in
            try await client.withSession { session in
                // The test server is fast rather than durable.
                try session.execute("SET synchronous_commit = on")
                try session.execute("CREATE TABLE facts (id bigint PRIMARY KEY)")
                try session.execute("INSERT INTO facts VALUES (1)")
            }
            let sleeping = Task { try await client.withSession { try $0.execute("SELECT pg_sleep(50)") } }
            try await eventually("the statement is under way") {
                try await client.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == 1
            }
            try await server.kill()
            #expect(try await failure { try await sleeping.value }.code == .connectionLost)

            // The server's children notice a moment later that it is gone.
            try await eventually("nobody answers") {
                do {
                    return try await client.value("SELECT 1") == 0
                } catch let error as PostgresError {
                    return error.isConnectionLost
                }
            }
            let started = ContinuousClock.now
            for _ in 1...20 {
                let refused = try await failure { try await client.value("SELECT count(*) FROM facts", as: Int.self) }
                #expect(refused.isRetriable && refused.isConnectionLost)
            }
            #expect(started.duration(to: .now) < .seconds(5))

            try await server.start()
            try await eventually("recovery") {
                do {
                    return try await client.value("SELECT count(*) FROM facts") == 1
                } catch let error as PostgresError where error.isRetriable {
                    return false
                }
            }
        }
    }

    @Test("PG-2: connections that died while idle are noticed before they are lent")
    func restartedWhileIdle() async throws {
        try await withPrivateClient { server, client in
            try await withThrowingTaskGroup { group in
                for _ in 1...8 {
                    group.addTask { try await client.withSession { try $0.execute("SELECT pg_sleep(0.1)") } }
                }
                try await group.waitForAll()
            }
            #expect(client.statistics.idle == 8)
            await server.stop()
            try await server.start()
            #expect(try await client.value("SELECT 1") == 1)
            #expect(client.statistics.lost == 8)
            #expect(client.statistics.idle == 1)
        }
    }

    @Test("a stopped server costs a time-out, not a thread; afterwards everything works again")
    func frozen() async throws {
        try await withPrivateClient(configure: {
            $0.statementTimeout = .seconds(1)
            $0.grace = .seconds(1)
            $0.connectTimeout = .seconds(2)
        }) { server, client in
            #expect(try await client.value("SELECT 1") == 1)
            try await server.freeze()
            let started = ContinuousClock.now
            #expect(try await failure { try await client.value("SELECT 1", as: Int.self) }.code == .timeout)
            // The connection was given up, and a new one can not be had.
            #expect(try await failure { try await client.value("SELECT 1", as: Int.self) }.code == .connectFailed)
            #expect(started.duration(to: .now) < .seconds(10))
            // From here on nobody waits for what is known to be gone.
            let refused = ContinuousClock.now
            #expect(try await failure { try await client.value("SELECT 1", as: Int.self) }.code == .connectFailed)
            #expect(refused.duration(to: .now) < .seconds(1))
            try await server.thaw()
            try await eventually("recovery") {
                do {
                    return try await client.value("SELECT 1") == 1
                } catch let error as PostgresError where error.isRetriable {
                    return false
                }
            }
        }
    }

    @Test("case 17: behind a black hole callers get an answer in time, and the way back is found")
    func blackhole() async throws {
        try await TestPostgres.withDatabase { url in
            let proxy = try FaultProxy(to: try #require(url.port))
            defer { proxy.stop() }
            let client = try localClient(port: proxy.port, database: url.lastPathComponent) {
                $0.statementTimeout = .seconds(1)
                $0.grace = .seconds(1)
                $0.connectTimeout = .seconds(2)
                $0.poolSize = 2
            }
            defer { client.close() }
            #expect(try await client.value("SELECT 1") == 1)
            proxy.fault = .blackhole
            let started = ContinuousClock.now
            try await withThrowingTaskGroup { group in
                for _ in 1...20 {
                    group.addTask {
                        let error = try await failure { try await client.value("SELECT 1", as: Int.self) }
                        #expect(error.isRetriable)
                    }
                }
                try await group.waitForAll()
            }
            #expect(started.duration(to: .now) < .seconds(10))
            proxy.fault = .none
            try await eventually("recovery") {
                do {
                    return try await client.value("SELECT 1") == 1
                } catch let error as PostgresError where error.isRetriable {
                    return false
                }
            }
        }
    }

    @Test("a host that is down is skipped, and so is one that may not be written to")
    func severalHosts() async throws {
        try await TestPostgres.withDatabase { url in
            let port = try #require(url.port)
            let list = "postgres://postgres@127.0.0.1:1,127.0.0.1:\(port)\(url.path)?target_session_attrs=read-write"
            let configuration = try PostgresConfiguration(url: list)
            #expect(configuration.hosts == ["127.0.0.1", "127.0.0.1"])
            #expect(configuration.ports == ["1", "\(port)"])
            #expect(configuration.targetSessionAttributes == .readWrite)
            let client = PostgresClient(configuration: configuration, logger: .silent)
            defer { client.close() }
            #expect(try await client.value("SELECT 1") == 1)

            let name = url.lastPathComponent
            try await client.withSession {
                try $0.execute("ALTER DATABASE \(identifier: name) SET default_transaction_read_only = on")
            }
            let refused = PostgresClient(configuration: configuration, logger: .silent)
            defer { refused.close() }
            #expect(try await failure { try await refused.value("SELECT 1", as: Int.self) }.code == .connectFailed)
        }
    }
}
