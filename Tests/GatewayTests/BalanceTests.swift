import NIOCore
import Testing

@testable import Gateway

@Suite("Balance")
struct BalanceTests {
    private func upstream(_ count: Int) -> Upstream {
        let instances = (0..<count).map { number in
            Instance(address: InstanceAddress(host: "127.0.0.1", port: 9000 + number), policy: Breaker.Policy())
        }
        return Upstream(name: .student, instances: instances, policy: Breaker.Policy())
    }

    @Test("The one with fewer requests on their way is taken")
    func leastRequests() throws {
        let upstream = self.upstream(2)
        var random = FastRandom()
        for _ in 0..<100 {
            let instance = try #require(upstream.choose(except: nil, at: .now(), random: &random))
            _ = instance.acquire(at: .now())
        }
        #expect(upstream.instances.map(\.load) == [50, 50])
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

    @Test("One that comes back gets less than its share at first, then a little more, and after ten seconds all of it")
    func slowStart() throws {
        let upstream = self.upstream(2)
        let cold = upstream.instances[1]
        for health in [InstanceHealth.unavailable, .ready] { _ = cold.update(health) }
        let start = NIODeadline.now()
        func share(after seconds: Int64) -> Double {
            var random = FastRandom()
            let now = start + .seconds(seconds)
            let choices = (0..<2000).filter { _ in upstream.choose(except: nil, at: now, random: &random) === cold }
            return Double(choices.count) / 2000
        }
        #expect(share(after: 0) < 0.05)
        #expect((0.15...0.35).contains(share(after: 5)))
        #expect((0.4...0.6).contains(share(after: 11)))
    }

    @Test("However cold it is, the only one gets everything")
    func coldButAlone() {
        let upstream = self.upstream(2)
        for health in [InstanceHealth.unavailable, .ready] { _ = upstream.instances[1].update(health) }
        _ = upstream.instances[0].update(.unavailable)
        var random = FastRandom()
        for _ in 0..<50 {
            #expect(upstream.choose(except: nil, at: .now(), random: &random) === upstream.instances[1])
        }
    }

    @Test("The last instance is not given up for its breaker's sake, and its success is news")
    func lastInstance() throws {
        let upstream = self.upstream(1)
        let only = upstream.instances[0]
        for _ in 0..<5 { only.record(.failure, for: .regular, at: .now(), jitter: 1) }
        #expect(only.breakerState == .open)
        var random = FastRandom()
        #expect(upstream.choose(except: nil, at: .now(), random: &random) === only)
        let permit = only.acquire(at: .now())
        #expect(permit == .lastResort)
        only.record(.success, for: permit, at: .now(), jitter: 1)
        #expect(only.breakerState == .halfOpen)
    }

    @Test(
        "A service's breaker counts requests, whatever became of the attempts, and takes more the more instances there are"
    )
    func serviceBreaker() throws {
        let upstream = self.upstream(2)
        for _ in 0..<9 { upstream.record(.failure, for: .regular, at: .now(), jitter: 1) }
        #expect(upstream.breakerState == .closed)
        #expect(upstream.permitsRetry(at: .now()))
        upstream.record(.failure, for: .regular, at: .now(), jitter: 1)
        #expect(upstream.breakerState == .open)
        #expect(upstream.acquire(at: .now()) == nil)
        #expect(!upstream.permitsRetry(at: .now()))
        #expect((1...5).contains(upstream.retryAfter(at: .now())))
        upstream.resetBreakers()
        #expect(upstream.acquire(at: .now()) == .regular)
    }

    @Test("Instances come and go by their addresses; who stays keeps its history, who comes warms up")
    func replacement() throws {
        let upstream = self.upstream(2)
        let (first, second) = (upstream.instances[0], upstream.instances[1])
        _ = second.acquire(at: .now())
        let third = InstanceAddress(host: "127.0.0.1", port: 9100)
        let (added, removed) = upstream.replaceInstances([second.address, third], at: .now())
        #expect(added.map(\.address) == [third])
        #expect(removed.first === first)
        #expect(upstream.instances.first === second)
        #expect(second.load == 1)
        #expect(added.first.map { $0.warmth(at: .now()) < 0.1 } == true)
        // It finishes what it has, and gets no more.
        #expect(!first.isWorthTrying)
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
