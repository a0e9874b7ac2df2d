import NIOCore
import Testing

@testable import Gateway

@Suite("Breaker (GW-1, case 41)")
struct BreakerTests {
    private var policy: Breaker.Policy {
        var policy = Breaker.Policy()
        policy.failureThreshold = 5
        policy.firstRecoveryTime = .seconds(5)
        policy.recoveryTime = .seconds(60)
        return policy
    }

    private func at(_ seconds: Int) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(1000 + Int64(seconds)) }

    private func fail(_ breaker: inout Breaker, times: Int, at second: Int) {
        for _ in 0..<times {
            if let permit = breaker.acquire(at: self.at(second)) {
                breaker.record(.failure, for: permit, at: self.at(second), jitter: 1)
            }
        }
    }

    private func succeed(_ breaker: inout Breaker, times: Int, at second: Int) {
        for _ in 0..<times {
            if let permit = breaker.acquire(at: self.at(second)) {
                breaker.record(.success, for: permit, at: self.at(second), jitter: 1)
            }
        }
    }

    @Test("Four failures leave it closed, the fifth opens it, and it stays open until its time is over")
    func opens() {
        var breaker = Breaker(policy: self.policy)
        self.fail(&breaker, times: 4, at: 0)
        #expect(breaker.state == .closed)
        self.fail(&breaker, times: 1, at: 0)
        #expect(breaker.state == .open)
        #expect(!breaker.permits(at: self.at(4)))
        #expect(breaker.remaining(at: self.at(1)) == .seconds(4))
        #expect(breaker.permits(at: self.at(5)))
    }

    @Test("One failure in a hundred never opens it, nor do five that are fewer than half")
    func doesNotFlap() {
        var breaker = Breaker(policy: self.policy)
        for second in 0..<100 {
            self.succeed(&breaker, times: 99, at: second)
            self.fail(&breaker, times: 1, at: second)
        }
        #expect(breaker.state == .closed)
        var mixed = Breaker(policy: self.policy)
        self.succeed(&mixed, times: 6, at: 0)
        self.fail(&mixed, times: 5, at: 0)
        #expect(mixed.state == .closed)
        self.fail(&mixed, times: 1, at: 0)
        #expect(mixed.state == .open)
    }

    @Test("Failures of long ago do not count")
    func forgets() {
        var breaker = Breaker(policy: self.policy)
        self.fail(&breaker, times: 4, at: 0)
        self.fail(&breaker, times: 4, at: 20)
        #expect(breaker.state == .closed)
    }

    @Test("Half open, one of two hundred callers probes, then three at a time; when all succeeded it is closed")
    func probesOnce() throws {
        var breaker = Breaker(policy: self.policy)
        self.fail(&breaker, times: 5, at: 0)
        let permits = (0..<200).compactMap { _ in breaker.acquire(at: self.at(6)) }
        #expect(permits == [.probe])
        #expect(breaker.state == .halfOpen)
        breaker.record(.success, for: .probe, at: self.at(6), jitter: 1)
        #expect(breaker.state == .halfOpen)
        #expect((0..<200).compactMap { _ in breaker.acquire(at: self.at(6)) } == [.probe, .probe, .probe])
        for _ in 0..<3 { breaker.record(.success, for: .probe, at: self.at(6), jitter: 1) }
        #expect(breaker.state == .closed)
        #expect(breaker.acquire(at: self.at(6)) == .regular)
    }

    @Test("One failure among the probes opens it again")
    func probeFails() {
        var breaker = Breaker(policy: self.policy)
        self.fail(&breaker, times: 5, at: 0)
        self.succeed(&breaker, times: 3, at: 6)
        #expect(breaker.state == .halfOpen)
        self.fail(&breaker, times: 1, at: 6)
        #expect(breaker.state == .open)
        #expect(!breaker.permits(at: self.at(15)))
        #expect(breaker.permits(at: self.at(16)))
    }

    @Test("What an operator forces stays, whatever happens, until it is reset")
    func forced() {
        var breaker = Breaker(policy: self.policy)
        breaker.force(.forcedOpen)
        #expect(breaker.acquire(at: self.at(1000)) == nil)
        breaker.hasten()
        #expect(breaker.state == .forcedOpen)
        breaker.force(.forcedClosed)
        self.fail(&breaker, times: 50, at: 0)
        #expect(breaker.state == .forcedClosed)
        breaker.reset()
        #expect(breaker.state == .closed)
    }

    @Test("Each probe that fails doubles the wait, up to the recovery time")
    func backsOff() {
        var breaker = Breaker(policy: self.policy)
        self.fail(&breaker, times: 5, at: 0)
        var now = 0
        for wait in [5, 10, 20, 40, 60, 60, 60] {
            #expect(!breaker.permits(at: self.at(now + wait - 1)))
            #expect(breaker.permits(at: self.at(now + wait)))
            now += wait
            self.fail(&breaker, times: 1, at: now)
            #expect(breaker.state == .open)
        }
    }

    @Test("Jitter spreads the next probe over the last fifth of the wait")
    func jitter() {
        var breaker = Breaker(policy: self.policy)
        for _ in 0..<5 { breaker.record(.failure, for: .regular, at: self.at(0), jitter: 0) }
        #expect(!breaker.permits(at: self.at(3)))
        #expect(breaker.permits(at: self.at(4)))
    }

    @Test("A probe whose client left says nothing: the next caller probes")
    func abortedProbe() {
        var breaker = Breaker(policy: self.policy)
        self.fail(&breaker, times: 5, at: 0)
        #expect(breaker.acquire(at: self.at(5)) == .probe)
        breaker.record(.unknown, for: .probe, at: self.at(5), jitter: 1)
        #expect(breaker.state == .halfOpen)
        #expect(breaker.acquire(at: self.at(5)) == .probe)
    }

    @Test("A probe that takes long keeps the others waiting for a second only")
    func slowProbe() {
        var breaker = Breaker(policy: self.policy)
        self.fail(&breaker, times: 5, at: 0)
        #expect(breaker.acquire(at: self.at(5)) == .probe)
        #expect(breaker.acquire(at: self.at(5)) == nil)
        #expect(breaker.acquire(at: self.at(6)) == .probe)
        for _ in 0..<4 { breaker.record(.success, for: .probe, at: self.at(6), jitter: 1) }
        breaker.record(.failure, for: .probe, at: self.at(7), jitter: 1)
        #expect(breaker.state == .closed)
    }

    @Test("Clients that leave never open it")
    func abortsDoNotCount() {
        var breaker = Breaker(policy: self.policy)
        for _ in 0..<100 { breaker.record(.unknown, for: .regular, at: self.at(0), jitter: 1) }
        #expect(breaker.state == .closed)
    }

    @Test("A good health check lets the next call probe at once; a reset forgets everything")
    func shortcuts() {
        var breaker = Breaker(policy: self.policy)
        self.fail(&breaker, times: 5, at: 0)
        breaker.hasten()
        #expect(breaker.state == .halfOpen)
        #expect(breaker.acquire(at: self.at(0)) == .probe)
        breaker.reset()
        #expect(breaker.state == .closed)
        #expect(breaker.openings == 0)
    }

    @Test("An answer that comes after the breaker opened changes nothing")
    func lateAnswers() {
        var breaker = Breaker(policy: self.policy)
        self.fail(&breaker, times: 5, at: 0)
        breaker.record(.success, for: .regular, at: self.at(1), jitter: 1)
        #expect(breaker.state == .open)
    }
}
