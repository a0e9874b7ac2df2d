import Testing

@testable import Messaging

@Suite("A signal")
struct SignalTests {
    @Test("wakes whoever waits")
    func wakes() async {
        let signal = Signal()
        async let waiting = signal.wait(upTo: .seconds(60))
        signal.set()
        #expect(await waiting)
    }

    @Test("that nobody waits for is remembered, once")
    func remembers() async {
        let signal = Signal()
        signal.set()
        signal.set()
        #expect(await signal.wait(upTo: .seconds(60)))
        #expect(await !signal.wait(upTo: .zero))
    }

    @Test("lets go when the time is over, however short it is")
    func timesOut() async {
        let signal = Signal()
        for _ in 0..<500 { #expect(await !signal.wait(upTo: .zero)) }
        #expect(await !signal.wait(upTo: .milliseconds(1)))
    }

    @Test("lets go when the task is cancelled, before or meanwhile")
    func cancelled() async {
        let signal = Signal()
        for _ in 0..<100 {
            let task = Task { await signal.wait(upTo: .seconds(60)) }
            task.cancel()
            #expect(await !task.value)
        }
    }

    @Test("loses no wake-up between two looks")
    func losesNothing() async {
        let (there, back) = (Signal(), Signal())
        async let echo: Void = {
            for _ in 0..<1000 {
                await there.wait(upTo: .seconds(60))
                back.set()
            }
        }()
        for _ in 0..<1000 {
            there.set()
            #expect(await back.wait(upTo: .seconds(60)))
        }
        await echo
    }
}
