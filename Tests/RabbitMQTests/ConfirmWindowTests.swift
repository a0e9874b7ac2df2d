import Testing

@testable import RabbitMQ

@Suite("LQ-5 confirm window")
struct ConfirmWindowTests {
    @Test func `confirms come in any order, one or many at a time`() {
        var window = ConfirmWindow<String>(capacity: 4)
        for ticket in ["a", "b", "c"] { window.append(ticket) }
        #expect(window.settle(2, multiple: false) == ["b"])
        #expect(window.settle(3, multiple: true) == ["a", "c"])
        #expect(window.count == 0)
    }

    @Test func `a full window opens when its oldest message is confirmed`() {
        var window = ConfirmWindow<Int>(capacity: 2)
        window.append(1)
        window.append(2)
        #expect(window.isFull)
        _ = window.settle(2, multiple: false)
        #expect(window.isFull, "the oldest number still blocks the ring")
        _ = window.settle(1, multiple: false)
        #expect(!window.isFull)
    }

    @Test func `a confirm of nothing, of the past or of the future is ignored`() {
        var window = ConfirmWindow<Int>(capacity: 2)
        #expect(window.settle(1, multiple: true).isEmpty)
        window.append(1)
        _ = window.settle(1, multiple: false)
        #expect(window.settle(1, multiple: false).isEmpty)
        #expect(window.settle(7, multiple: true).isEmpty)
    }

    @Test func `numbers run on over many rounds of the ring`() {
        var window = ConfirmWindow<UInt64>(capacity: 3)
        for number in UInt64(1)...100 {
            window.append(number)
            #expect(window.settle(number, multiple: true) == [number])
        }
    }

    @Test func `a new channel counts from one again`() {
        var window = ConfirmWindow<Int>(capacity: 2)
        window.append(1)
        window.reset()
        window.append(9)
        #expect(window.settle(1, multiple: false) == [9])
    }
}
