import EventSourcing
import Foundation
import TestKit
import Testing

@Suite("Dates of the calendar")
struct CivilDateTests {
    @Test(
        "count days from 1970",
        arguments: [
            ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-03-01", 20_513),
            ("0001-01-01", -719_162),
        ]
    )
    func known(_ text: String, _ days: Int64) throws {
        #expect(try #require(CivilDate(text)).daysSince1970 == days)
        #expect(CivilDate(daysSince1970: days).description == text)
    }

    @Test("agree with the calendar of Foundation", arguments: 1...20 as ClosedRange<UInt64>)
    func foundation(_ seed: UInt64) throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let days = Int64.random(in: -100_000...1_000_000, using: &random)
            let civil = CivilDate(daysSince1970: days)
            let moment = Date(timeIntervalSince1970: Double(days) * 86_400)
            let parts = calendar.dateComponents([.year, .month, .day], from: moment)
            #expect(civil.year == Int64(parts.year ?? 0))
            #expect(civil.month == Int64(parts.month ?? 0))
            #expect(civil.day == Int64(parts.day ?? 0))
            #expect(civil.daysSince1970 == days)
        }
    }

    @Test(
        "are no others than the calendar has",
        arguments: [
            "2025-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-1-01", "+026-01-01", "20260101",
        ]
    )
    func none(_ text: String) {
        #expect(CivilDate(text) == nil)
    }
}
