public import EventSourcing
internal import Foundation
public import Postgres

/// What a service has received: the memory that makes a second delivery harmless, and by which a missing one is noticed.
public enum Inbox {
    /// Notes received events, in the transaction of their effects.
    ///
    /// One INSERT that succeeds or meets the key; never a SELECT first.
    ///
    /// - Returns: Those that were not known yet, in order. Only they may have an effect.
    public static func admit(_ events: [IntegrationEvent], in session: PostgresSession) throws -> [IntegrationEvent] {
        let rows = try session.query(
            """
            INSERT INTO inbox (event_id, source, type, transaction_id, position)
            SELECT id, source, type, transaction_id::xid8, position
            FROM unnest(\(events.map(\.id)), \(events.map(\.source))::text[], \(events.map(\.type))::text[],
                        \(events.map(\.position.transactionText))::text[], \(events.map(\.position.sequence)))
                AS new (id, source, type, transaction_id, position)
            ON CONFLICT DO NOTHING RETURNING event_id
            """
        )
        var new = Set(try rows.map { try $0.decode(0, as: UUID.self) })
        // An event that stands twice in the list counts once.
        return events.filter { new.remove($0.id) != nil }
    }

    /// How much of one type of event was received from its publisher.
    public struct Heard: Equatable, Sendable {
        /// Up to here the publisher's log was found to hold nothing else; `nil` when that was never looked at.
        public let complete: GlobalPosition?
        /// The furthest event received after that.
        public let furthest: GlobalPosition?
        /// How many were received after that.
        public let count: Int
    }

    /// How much of each type was received from a publisher.
    public static func heard(
        _ types: [String],
        from source: String,
        in session: PostgresSession
    ) throws -> [String: Heard] {
        let rows = try session.query(
            """
            SELECT wanted.type, progress.transaction_id, progress.position,
                furthest.transaction_id, furthest.position, counted.count
            FROM unnest(\(types)::text[]) AS wanted (type)
            LEFT JOIN subscription_progress progress ON progress.source = \(source) AND progress.type = wanted.type
            LEFT JOIN LATERAL (
                SELECT inbox.transaction_id, inbox.position FROM inbox
                WHERE inbox.source = \(source) AND inbox.type = wanted.type
                  AND (inbox.transaction_id, inbox.position)
                    > (coalesce(progress.transaction_id, '0'), coalesce(progress.position, 0))
                ORDER BY inbox.transaction_id DESC, inbox.position DESC LIMIT 1
            ) furthest ON true
            LEFT JOIN LATERAL (
                SELECT count(*) AS count FROM inbox
                WHERE inbox.source = \(source) AND inbox.type = wanted.type
                  AND (inbox.transaction_id, inbox.position)
                    > (coalesce(progress.transaction_id, '0'), coalesce(progress.position, 0))
            ) counted ON true
            """
        )
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let heard = Heard(
                    complete: try GlobalPosition(transaction: 1, sequence: 2, ifPresentIn: row),
                    furthest: try GlobalPosition(transaction: 3, sequence: 4, ifPresentIn: row),
                    count: try row.decode(5)
                )
                return (try row.decode(0, as: String.self), heard)
            }
        )
    }

    /// Notes that, up to a place in the publisher's log, no event of these types is missing.
    public static func complete(
        _ types: [String],
        from source: String,
        upTo position: GlobalPosition,
        in session: PostgresSession
    ) {
        session.enqueue(
            """
            INSERT INTO subscription_progress (source, type, transaction_id, position)
            SELECT \(source), type, \(position.transactionText)::xid8, \(position.sequence)
            FROM unnest(\(types)::text[]) AS wanted (type) ORDER BY type
            ON CONFLICT (source, type) DO UPDATE
            SET transaction_id = excluded.transaction_id, position = excluded.position
            WHERE (subscription_progress.transaction_id, subscription_progress.position)
                < (excluded.transaction_id, excluded.position)
            """
        )
    }
}
