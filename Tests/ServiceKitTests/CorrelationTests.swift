import Testing

@testable import ServiceKit

@Suite("Correlation")
struct CorrelationTests {
    @Test(
        "GW-6: what a client calls its request is taken when it is 8 to 64 harmless characters",
        arguments: [
            ("abcdefgh", true), (String(repeating: "a", count: 64), true), ("0195f0c0-7000", true),
            ("short", false), (String(repeating: "a", count: 65), false), ("with space", false),
            ("crlf\r\ninjected", false),
            ("ünïcödé-id", false), ("", false),
        ]
    )
    func names(text: String, isTaken: Bool) {
        #expect((CorrelationID(text) != nil) == isTaken)
    }

    @Test("A new name is itself acceptable")
    func fresh() {
        #expect(CorrelationID(CorrelationID().description) != nil)
    }

    @Test("A trace goes on with a new span at every hop")
    func hops() throws {
        let parent = try #require(TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))
        let child = parent.child()
        #expect(child.traceID == parent.traceID)
        #expect(child.spanID != parent.spanID)
        #expect(TraceParent(child.description) == child)
    }

    @Test(
        "A header that is not W3C Trace Context is ignored",
        arguments: [
            "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ]
    )
    func malformed(header: String) {
        #expect(TraceParent(header) == nil)
    }
}
