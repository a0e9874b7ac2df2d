import EventSourcing
import FoundationEssentials
import Testing

@Suite("Times as text")
struct RFC3339Tests {
    @Test(
        "are in UTC, with milliseconds only where there are some",
        arguments: [
            (1_772_377_200, "2026-03-01T15:00:00Z"), (1_772_377_200.5, "2026-03-01T15:00:00.500Z"),
            (1_772_377_200.0004, "2026-03-01T15:00:00Z"), (1_772_377_199.9996, "2026-03-01T15:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"), (-0.25, "1969-12-31T23:59:59.750Z"),
        ]
    )
    func written(_ seconds: Double, _ text: String) {
        #expect(RFC3339.string(Date(timeIntervalSince1970: seconds)) == text)
    }

    @Test(
        "are read with any offset and any fraction",
        arguments: [
            ("2026-03-01T15:00:00Z", 1_772_377_200), ("2026-03-01T18:00:00+03:00", 1_772_377_200),
            ("2026-03-01T09:30:00-05:30", 1_772_377_200), ("2026-03-01T15:00:00.5Z", 1_772_377_200.5),
            ("2026-03-01T15:00:00.125Z", 1_772_377_200.125), ("2026-03-01T15:00:00.125999Z", 1_772_377_200.125),
            ("2024-02-29T00:00:00Z", 1_709_164_800),
        ]
    )
    func read(_ text: String, _ seconds: Double) throws {
        let date = try #require(RFC3339.date(text))
        #expect(abs(date.timeIntervalSince1970 - seconds) < 0.0005)
    }

    @Test(
        "are not anything else",
        arguments: [
            "", "now", "2026-03-01", "2026-03-01T15:00:00", "2026-03-01T15:00Z", "2026-13-01T15:00:00Z",
            "2026-03-01T25:00:00Z", "2026-02-30T15:00:00Z", "2026-03-01T15:60:00Z", "2026-03-01T15:00:00Zjunk",
            "2026-03-01T15:00:00Z ", " 2026-03-01T15:00:00Z", "2026-03-01T15:00:00Z2026-03-01T15:00:00Z", "1772377200",
            "2026-03-01T15:00:00.Z", "20260301T150000Z",
        ]
    )
    func refused(_ text: String) {
        #expect(RFC3339.date(text) == nil)
    }

    @Test("come back as they went, to the millisecond")
    func roundTrip() throws {
        for milliseconds in stride(from: -4_000_000_000_000, to: 4_000_000_000_000, by: 777_777_777) {
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
            #expect(RFC3339.date(RFC3339.string(date)) == date)
            #expect(date.addingTimeInterval(0.000_4).toTheMillisecond == date)
        }
    }

    @Test("stay inside the years that can be written")
    func limits() {
        #expect(RFC3339.string(Date(timeIntervalSince1970: .infinity)) == "9999-12-31T23:59:59.999Z")
        #expect(RFC3339.string(Date(timeIntervalSince1970: -.infinity)) == "0001-01-01T00:00:00Z")
    }
}
