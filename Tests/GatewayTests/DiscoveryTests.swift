import NIOCore
import Synchronization
import TestKit
import Testing

@testable import Gateway

extension RunningGateway {
    @Suite("Instances behind names")
    struct DiscoveryTests {
        @Test(
            "Every address of a name is an instance; who leaves gets no more requests, and while a name is unknown all stay"
        )
        func names() async throws {
            let answer = Mutex<Result<[String], HostResolver.Failure>>(.success([]))
            let resolver = HostResolver { _ in
                try answer.withLock { try $0.get() }.compactMap { IPAddress($0) }
            }
            // The same port on several addresses of this machine, as containers have it.
            let port = try freeServerPort()
            let one = try await ScriptedUpstream.start(host: "127.0.0.2", port: port)
            let other = try await ScriptedUpstream.start(host: "127.0.0.3", port: port)
            let settings = ["LESSON_SERVICE_URLS": "http://lesson-service:\(port)"]
            try await TestGateway.with(settings, resolver: resolver, discoveryInterval: .milliseconds(20)) { gateway in
                let token = try gateway.token()
                #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 503)
                answer.withLock { $0 = .success(["127.0.0.2"]) }
                try await eventually("it is found") {
                    try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200
                }
                answer.withLock { $0 = .success(["127.0.0.3", "127.0.0.2", "127.0.0.3"]) }
                try await eventually("both are asked") {
                    let status = try await gateway.send("GET", "/api/v1/lessons", token: token).status
                    #expect(status == 200)
                    return !other.requests.isEmpty
                }
                answer.withLock { $0 = .success(["127.0.0.3"]) }
                try await eventually("one has left") {
                    let services = try await gateway.send("GET", "/gateway/services").body
                    return !services.contains("127.0.0.2")
                }
                let before = one.requests.count
                answer.withLock { $0 = .failure(HostResolver.Failure(description: "no DNS")) }
                for _ in 0..<20 {
                    #expect(try await gateway.send("GET", "/api/v1/lessons", token: token).status == 200)
                }
                #expect(one.requests.count == before)
            }
            try await one.stop()
            try await other.stop()
        }
    }

    @Suite("Names and addresses")
    struct ResolverTests {
        @Test("The system's resolver knows this machine; a name that nobody has is an error in words")
        func system() async throws {
            let resolver = HostResolver()
            let found = try await resolver.addresses(of: InstanceAddress(host: "localhost", port: 8001))
            #expect(found.map(\.description) == ["http://127.0.0.1:8001"])
            await #expect(throws: HostResolver.Failure.self) {
                try await resolver.addresses(of: InstanceAddress(host: "nobody.invalid", port: 1))
            }
        }

        @Test("With IPv4 addresses the IPv6 addresses of a name are not counted again; alone they are")
        func families() async throws {
            func found(_ addresses: String...) async throws -> [String] {
                let resolver = HostResolver { _ in addresses.compactMap { IPAddress($0) } }
                return try await resolver.addresses(of: InstanceAddress(host: "x", port: 80)).map(\.authority)
            }
            #expect(try await found("10.0.0.2", "fd00::1", "10.0.0.1") == ["10.0.0.1:80", "10.0.0.2:80"])
            #expect(try await found("fd00::2", "fd00::1") == ["[fd00::1]:80", "[fd00::2]:80"])
            await #expect(throws: HostResolver.Failure.self) { try await found() }
        }

        @Test(
            "Only names are resolved",
            arguments: [("lesson-service", true), ("localhost", false), ("10.0.0.1", false), ("::1", false)]
        )
        func needed(host: String, isNeeded: Bool) {
            #expect(InstanceAddress(host: host, port: 1).needsResolving == isNeeded)
        }
    }
}
