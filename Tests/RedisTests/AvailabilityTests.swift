import Testing

@testable import Redis

@Suite struct AvailabilityTests {
    private let start = ContinuousClock.now
    private let loss = RedisError(.connectionLost, "gone")

    @Test func `callers are let through until something fails`() {
        var availability = Availability()
        #expect(availability.isTrusted)
        #expect(availability.refusal(at: self.start) == nil)
    }

    @Test func `while the first reconnect is under way callers are refused`() {
        var availability = Availability()
        availability.didBreak(self.loss)
        #expect(availability.refusal(at: self.start)?.code == .unavailable)
        availability.didConnect()
        #expect(availability.refusal(at: self.start) == nil)
    }

    @Test func `after the back-off one caller tries and the others are refused`() {
        var availability = Availability()
        availability.didFailToConnect(self.loss, at: self.start, jitter: 1)
        #expect(availability.refusal(at: self.start + .milliseconds(49)) != nil)
        #expect(availability.refusal(at: self.start + .milliseconds(50)) == nil)
        #expect(availability.refusal(at: self.start + .milliseconds(50)) != nil)
    }

    @Test func `if the caller who should try has left, the next one tries`() {
        var availability = Availability()
        availability.didFailToConnect(self.loss, at: self.start, jitter: 1)
        let later = self.start + .seconds(1)
        #expect(availability.refusal(at: later) == nil)
        #expect(availability.refusal(at: later) != nil)
        availability.didAbandonProbe(at: later)
        #expect(availability.refusal(at: later) == nil)
    }

    @Test func `the back-off doubles up to a second and starts anew after a success`() {
        var availability = Availability()
        for milliseconds in [50, 100, 200, 400, 800, 1_000, 1_000] {
            #expect(self.backOff(of: &availability) == .milliseconds(milliseconds))
        }
        availability.didConnect()
        #expect(self.backOff(of: &availability) == .milliseconds(50))
    }

    @Test func `jitter shortens the back-off`() {
        var availability = Availability()
        availability.didFailToConnect(self.loss, at: self.start, jitter: 0.5)
        #expect(availability.refusal(at: self.start + .milliseconds(25)) == nil)
    }

    @Test func `a refusal says why, and may be retried if the reason may pass`() {
        var availability = Availability()
        availability.didBreak(self.loss)
        #expect(availability.refusal(at: self.start)?.isRetriable == true)
        #expect(availability.refusal(at: self.start)?.description.contains("gone") == true)
        availability.didBreak(RedisError(RedisServerError(message: "WRONGPASS invalid username-password pair")))
        #expect(availability.refusal(at: self.start)?.isRetriable == false)
    }

    /// How long the next failure keeps callers out, to the millisecond.
    private func backOff(of availability: inout Availability) -> Duration? {
        availability.didFailToConnect(self.loss, at: self.start, jitter: 1)
        return (0...2_000).lazy.map { Duration.milliseconds($0) }.first { delay in
            var copy = availability
            return copy.refusal(at: self.start + delay) == nil
        }
    }
}
