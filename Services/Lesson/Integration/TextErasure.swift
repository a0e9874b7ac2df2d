internal import EventSourcing
internal import EventStorePostgres
internal import Foundation
internal import Logging
internal import Postgres
internal import ServiceKit
internal import ServiceLifecycle

/// Forgets what was written about the lessons of a person who is erased.
///
/// A text about a lesson may be about every student of it, so the whole lesson loses its texts; who was there and how it went
/// stays, because numbers without a name are nobody's. A tutor's lessons lose them too.
///
/// Somebody may have thousands of lessons. The order is written down with the news, and worked off in small transactions: no
/// number of lessons holds up the news behind it.
struct TextErasure: Service {
    /// How many lessons one transaction takes.
    private static let batch = 200
    private static let pause = Duration.milliseconds(250)

    let lessons: AggregateRepository<Lesson>
    let keys: PersonalKeys
    let context: ServiceContext

    private struct Order: Sendable {
        let person: UUID
        let metadata: EventMetadata
    }

    /// Writes the order down.
    static func order(for person: UUID, in work: UnitOfWork) {
        work.session.enqueue(
            """
            INSERT INTO erasures (person_id, correlation_id, causation_id, trace_parent)
            VALUES (\(person), \(work.metadata.correlationID), \(work.metadata.causationID), \(work.metadata.traceParent))
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// Looks for orders until the process shuts down.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while let order = try await self.next() { try await self.work(off: order) }
                } catch {
                    if Task.isCancelled { return }
                    self.context.logger.warning("texts not erased yet", error: error)
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func next() async throws -> Order? {
        try await self.context.postgres.withSession { session in
            try session.queryFirst("SELECT person_id, correlation_id, causation_id, trace_parent FROM erasures LIMIT 1")
                .map { row in
                    Order(
                        person: try row.decode(0),
                        metadata: EventMetadata(
                            correlationID: try row.decode(1),
                            causationID: try row.decode(2),
                            traceParent: try row.decode(3)
                        )
                    )
                }
        }
    }

    /// Takes the next lessons; when there are none left, the order is done.
    private func work(off order: Order) async throws {
        try await self.context.log.transaction(order.metadata) { work in
            // Another instance may be at it; whoever comes second finds what is left.
            let isOpen = try work.session.queryFirst(
                "SELECT FROM erasures WHERE person_id = \(order.person) FOR UPDATE"
            )
            guard isOpen != nil else { return }
            let lessons = try LessonsQueries.withTexts(of: order.person, limit: Self.batch, in: work.session)
            for lesson in lessons {
                try self.lessons.handle(.eraseTexts, on: lesson, in: work)
                self.keys.erase(lesson, in: work.session)
            }
            guard lessons.isEmpty else { return }
            work.session.enqueue("DELETE FROM erasures WHERE person_id = \(order.person)")
        }
    }
}
