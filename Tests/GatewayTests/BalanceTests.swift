import NIOCore
import Testing

@testable import Gateway

@Suite("Balance")
struct BalanceTests {
    private func upstream(_ count: Int) -> Upstream {
        let instances = (0..<count).compactMap { number in
            InstanceAddress(url: "http://127.0.0.1:\(9000 + number)").map {
                Instance(address: $0, index: number, policy: Breaker.Policy())
            }
        }
        return Upstream(name: .student, instances: instances)
    }

    @Test("The one with fewer requests on their way is taken")
    func leastRequests() throws {
        let upstream = self.upstream(2)
        var random = FastRandom()
        for _ in 0..<100 {
            let instance = try #require(upstream.choose(except: nil, at: .now(), random: &random))
            _ = instance.acquire(at: .now())
        }
        // Two draws may name the same instance twice, so it is nearly, not exactly, even.
        let loads = upstream.instances.map(\.load)
        #expect(loads.reduce(0, +) == 100)
        #expect(abs(loads[0] - loads[1]) < 20)
    }

    @Test("One that is not ready gets nothing, nor one that has just failed the request")
    func exclusions() throws {
        let upstream = self.upstream(3)
        _ = upstream.instances[1].update(.unavailable)
        var random = FastRandom()
        for _ in 0..<50 {
            let chosen = upstream.choose(except: upstream.instances[0], at: .now(), random: &random)
            #expect(chosen === upstream.instances[2])
        }
    }

    @Test("When none is ready any is tried but those that stop: overload must not become an outage")
    func overload() {
        let upstream = self.upstream(3)
        var random = FastRandom()
        for instance in upstream.instances { _ = instance.update(.unavailable) }
        _ = upstream.instances[2].update(.draining)
        for _ in 0..<20 {
            let chosen = upstream.choose(except: upstream.instances[0], at: .now(), random: &random)
            #expect(chosen === upstream.instances[1])
        }
        for instance in upstream.instances { _ = instance.update(.draining) }
        #expect(upstream.choose(except: nil, at: .now(), random: &random) == nil)
        #expect(upstream.retryAfter(at: .now()) == 1)
    }

    @Test("One that comes back gets a probe at once although its breaker was open")
    func recovery() throws {
        let instance = try #require(self.upstream(1).instances.first)
        for _ in 0..<5 { instance.record(.failure, for: .regular, at: .now(), jitter: 1) }
        #expect(instance.breakerState == .open)
        #expect(instance.update(.unavailable))
        #expect(instance.update(.ready))
        #expect(instance.isAvailable(at: .now()))
    }

    @Test("GW-2, case 42: retries are at most a tenth of the traffic once the reserve is spent")
    func budget() {
        var budget = RetryBudget()
        var retries = 0
        for _ in 0..<1000 {
            budget.earn()
            if budget.spend() { retries += 1 }
        }
        #expect(retries <= 110)
        #expect(retries >= 100)
    }

    @Test("Random numbers below a bound are all drawn, and only those")
    func random() {
        var random = FastRandom()
        #expect(Set((0..<1000).map { _ in random.next(below: 5) }) == [0, 1, 2, 3, 4])
        #expect((0..<1000).allSatisfy { _ in (0..<1).contains(random.nextFraction()) })
    }

    @Test(
        "An instance is http://host:port and nothing else",
        arguments: [
            "", "https://a:1", "http://a", "http://a:0", "http://a:70000", "http://a:1/x", "http://u@a:1", "a:1",
        ]
    )
    func badAddresses(url: String) {
        #expect(InstanceAddress(url: url) == nil)
    }

    @Test("IPv6 addresses keep their brackets in the Host header")
    func addresses() throws {
        let address = try #require(InstanceAddress(url: "http://[::1]:8001/"))
        #expect(address.host == "::1")
        #expect(address.authority == "[::1]:8001")
        #expect(
            try #require(InstanceAddress(url: "http://user-service:8001")).description == "http://user-service:8001"
        )
    }
}
