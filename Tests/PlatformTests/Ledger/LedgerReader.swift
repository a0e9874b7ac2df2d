import Foundation
import Logging
import Postgres

/// Reads what was recorded where it is recorded, past all services.
struct LedgerReader: Sendable {
    private let client: PostgresClient

    /// Lends a reader of a platform's database to `body`.
    static func with<R: Sendable>(
        _ platform: Platform,
        _ body: @Sendable (LedgerReader) async throws -> R
    ) async throws -> R {
        let client = PostgresClient(
            configuration: try PostgresConfiguration(url: platform.database, poolSize: 1),
            logger: Logger(label: "ledger") { _ in SwiftLogNoOpLogHandler() }
        )
        defer { client.close() }
        return try await body(LedgerReader(client: client))
    }

    /// The log of the lessons with these ids, in the order in which it is published.
    func facts(of lessons: [UUID]) async throws -> [LedgerChecker.Fact] {
        try await self.client.withSession { session in
            try session.query(
                """
                SELECT stream_id, stream_version, type, correlation_id FROM lesson_service.events
                WHERE stream_id = ANY(\(lessons)) ORDER BY transaction_id, position
                """
            ).map { row in
                .init(
                    lesson: try row.decode(0),
                    version: try row.decode(1),
                    type: try row.decode(2),
                    correlation: try row.decode(3)
                )
            }
        }
    }

    /// What these students' logs say about lessons, in their order.
    func effects(on students: [UUID]) async throws -> [LedgerChecker.Effect] {
        try await self.client.withSession { session in
            try session.query(
                """
                SELECT stream_id, (data->>'lesson_id')::uuid, (data->>'revision')::bigint FROM student_service.events
                WHERE type IN ('student.lesson_recorded', 'student.lesson_withdrawn') AND stream_id = ANY(\(students))
                ORDER BY stream_id, stream_version
                """
            ).map { .init(student: try $0.decode(0), lesson: try $0.decode(1), revision: try $0.decode(2)) }
        }
    }

    /// What these students were paid, in order.
    func payments(to students: [UUID]) async throws -> [LedgerChecker.Payment] {
        try await self.client.withSession { session in
            try session.query(
                """
                SELECT student_id, cause_id, amount FROM student_service.xp_ledger
                WHERE student_id = ANY(\(students)) ORDER BY student_id, stream_version, ordinal
                """
            ).map { .init(student: try $0.decode(0), cause: try $0.decode(1), amount: try $0.decode(2)) }
        }
    }

    /// How many events of a type the lessons' log holds.
    func count(of type: String) async throws -> Int {
        try await self.client.withSession { session in
            let count: SQL = "SELECT count(*) FROM lesson_service.events WHERE type = \(type)"
            return try session.queryFirst(count)?.decode(0) ?? 0
        }
    }

    /// How many events wait to be published, and how many could not be handled, in all services.
    func remains() async throws -> (unpublished: Int, deadLetters: Int) {
        try await self.client.withSession { session in
            try Member.schemas.reduce(into: (0, 0)) { sum, schema in
                let waiting: SQL = """
                    SELECT count(*) FROM \(identifier: schema).events WHERE (transaction_id, position)
                        > (SELECT transaction_id, position FROM \(identifier: schema).relay WHERE name = 'publications')
                    """
                let dead: SQL = "SELECT count(*) FROM \(identifier: schema).dead_letters WHERE status = 'open'"
                sum.0 += try session.queryFirst(waiting)?.decode(0) ?? 0
                sum.1 += try session.queryFirst(dead)?.decode(0) ?? 0
            }
        }
    }
}

extension Member {
    /// The schemas of the services.
    static let schemas = [Member.user, .lesson, .student].map(\.schema)
}
