internal import Contracts
internal import Directory
internal import Foundation
internal import Postgres
internal import ServiceKit

/// Reads where students stand.
enum ProgressQueries {
    /// What the read model holds about one student.
    struct Progress: Sendable {
        var xp = XP.zero
        var counters = Counters()
        var streaks = Streaks()
    }

    /// Where a student stands; somebody who has not begun stands at the beginning.
    static func progress(of student: UUID, in session: PostgresSession) throws -> Progress {
        let row = try session.queryFirst(
            """
            SELECT xp, lessons_completed, study_minutes, topics_mastered, returns, day_streak, best_day_streak,
                lesson_streak, streak_held_until - date '1970-01-01'
            FROM progress WHERE student_id = \(student)
            """
        )
        guard let row else { return Progress() }
        return Progress(
            xp: XP(try row.decode(0, as: String.self)) ?? .zero,
            counters: Counters(
                lessonsCompleted: try row.decode(1),
                studyMinutes: try row.decode(2),
                topicsMastered: try row.decode(3),
                returns: try row.decode(4)
            ),
            streaks: Streaks(
                days: try row.decode(5),
                bestDays: try row.decode(6),
                heldUntil: try row.decode(8, as: Int?.self).map(Day.init(number:)),
                lessons: try row.decode(7)
            )
        )
    }

    /// The achievements that a student holds, and since when.
    static func achievements(of student: UUID, in session: PostgresSession) throws -> [String: Date] {
        let rows = try session.query(
            "SELECT achievement_id, earned_at FROM achievements WHERE student_id = \(student)"
        )
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0.decode(0), try $0.decode(1)) })
    }

    /// A page of the ledger, newest first.
    static func ledger(
        of student: UUID,
        _ page: PageRequest,
        in session: PostgresSession
    ) throws -> Page<LedgerEntryView> {
        let last = try LedgerCursor(page.cursor)
        let rows = try session.query(
            """
            SELECT stream_version, ordinal, event_id, amount, reason, cause_id, occurred_at FROM xp_ledger
            WHERE student_id = \(student) AND (stream_version, ordinal) < (\(last.streamVersion), \(last.ordinal))
            ORDER BY stream_version DESC, ordinal DESC LIMIT \(page.limit + 1)
            """
        )
        let entries = try rows.prefix(page.limit).map(LedgerEntryView.init)
        guard rows.count > page.limit, let end = rows.dropLast().last else { return Page(entries, nextCursor: nil) }
        return Page(entries, nextCursor: LedgerCursor(try end.decode(0), try end.decode(1)).text)
    }
}

/// Where a page of the ledger ended: the place of its last entry.
private struct LedgerCursor {
    let streamVersion: Int64
    let ordinal: Int

    var text: String { "\(self.streamVersion).\(self.ordinal)" }

    init(_ streamVersion: Int64, _ ordinal: Int) {
        self.streamVersion = streamVersion
        self.ordinal = ordinal
    }

    init(_ text: String?) throws(Problem) {
        guard let text else {
            self.init(.max, 0)
            return
        }
        let parts = text.split(separator: ".")
        guard parts.count == 2, let version = Int64(parts[0]), let ordinal = Int(parts[1]) else {
            throw .invalid("cursor", "is not a cursor of this list")
        }
        self.init(version, ordinal)
    }
}
