import Contracts
import FoundationEssentials
import ServiceTestKit
import Synchronization
import TestKit
import Testing

@testable import ServiceKit

@Suite("Public keys of the user service")
struct RemoteKeySetTests {
    private let clock = ManualClock()
    private let source = KeySource()

    private func makeKeys() -> RemoteKeySet {
        let (clock, source) = (self.clock, self.source)
        return RemoteKeySet(logger: CapturedLog().logger(), now: { clock.instant }) { try await source.fetch() }
    }

    @Test("AU-2: keys are fetched when the first token arrives, and then kept")
    func firstUse() async {
        let keys = self.makeKeys()
        for _ in 1...3 {
            let key = await keys.key(named: "one")
            #expect(key?.kid == "one")
        }
        #expect(self.source.fetches == 1)
    }

    @Test("AU-2: a thousand tokens with unknown keys cause one fetch in thirty seconds")
    func stampede() async {
        let keys = self.makeKeys()
        await withTaskGroup(of: Void.self) { group in
            for number in 1...1000 {
                group.addTask {
                    let key = await keys.key(named: "forged-\(number)")
                    #expect(key == nil)
                }
            }
        }
        #expect(self.source.fetches == 1)
        self.clock.advance(by: 31)
        _ = await keys.key(named: "forged")
        #expect(self.source.fetches == 2)
    }

    @Test("Case 29: a new key is found by the first token that was signed with it")
    func rotation() async {
        let keys = self.makeKeys()
        _ = await keys.key(named: "one")
        self.source.publish(["one", "two"])
        self.clock.advance(by: 31)
        let key = await keys.key(named: "two")
        #expect(key?.kid == "two")
    }

    @Test("Case 29: when the user service is away the last good keys stay in force")
    func outage() async {
        let keys = self.makeKeys()
        _ = await keys.key(named: "one")
        self.source.fail()
        self.clock.advance(by: 31)
        let unknown = await keys.key(named: "two")
        let known = await keys.key(named: "one")
        #expect(unknown == nil)
        #expect(known?.kid == "one")
    }

    @Test("Case 29: until the first keys have come, a token that may be good is answered with 503")
    func undecided() async throws {
        let keys = self.makeKeys()
        self.source.fail()
        try await TestServer.run(serving: { $0.get("/", .authenticated) { _ in .noContent } }, keys: keys) { server in
            let early = try await server.send("GET", "/", as: .tutor)
            let tokenless = try await server.send("GET", "/")
            self.source.publish(["one"])
            self.clock.advance(by: 31)
            let foreign = try await server.send("GET", "/", as: .tutor)
            #expect([early, tokenless, foreign].map(\.status) == [503, 401, 401])
        }
    }

    @Test("A set without usable keys does not replace the last good one")
    func emptySet() async {
        let keys = self.makeKeys()
        _ = await keys.key(named: "one")
        self.source.publish([])
        self.clock.advance(by: 31)
        _ = await keys.key(named: "two")
        let known = await keys.key(named: "one")
        #expect(known?.kid == "one")
    }

    @Test("Keys are fetched from the URL of a running service")
    func overHTTP() async throws {
        let issuer = TestIssuer()
        try await TestServer.run(
            serving: { $0.get("/.well-known/jwks.json", .public) { _ in try .json(issuer.keys) } }
        ) { server in
            let url = "http://127.0.0.1:\(server.port)/.well-known/jwks.json"
            let keys = RemoteKeySet(url: url, logger: server.log.logger())
            let key = await keys.key(named: issuer.key.id)
            #expect(key == issuer.key.publicKey)
        }
    }
}

/// Stands where the user service would be.
private final class KeySource: Sendable {
    private struct State {
        var ids: [String]? = ["one"]
        var fetches = 0
    }

    private let state = Mutex(State())

    var fetches: Int { self.state.withLock { $0.fetches } }

    func publish(_ ids: [String]) {
        self.state.withLock { $0.ids = ids }
    }

    func fail() {
        self.state.withLock { $0.ids = nil }
    }

    func fetch() async throws -> JSONWebKeySet {
        let ids = self.state.withLock { state in
            state.fetches += 1
            return state.ids
        }
        guard let ids else { throw RemoteKeySetError(status: 503) }
        return JSONWebKeySet(keys: ids.map { SigningKey(id: $0).publicKey })
    }
}
