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

    /// How many events of each type were received, after a place of its own and up to a common one.
    public static func count(
        after places: [String: GlobalPosition],
        upTo end: GlobalPosition,
        from source: String,
        in session: PostgresSession
    ) throws -> [String: Int] {
        let places = places.sorted { $0.key < $1.key }
        let rows = try session.query(
            """
            SELECT wanted.type, (
                SELECT count(*) FROM inbox
                WHERE inbox.source = \(source) AND inbox.type = wanted.type
                  AND (inbox.transaction_id, inbox.position) > (wanted.transaction_id::xid8, wanted.position)
                  AND (inbox.transaction_id, inbox.position)
                    <= (\(end.transactionText)::xid8, \(end.sequence))
            )
            FROM unnest(\(places.map(\.key))::text[], \(places.map(\.value.transactionText))::text[],
                        \(places.map(\.value.sequence))) AS wanted (type, transaction_id, position)
            """
        )
        return try Dictionary(
            uniqueKeysWithValues: rows.map { (try $0.decode(0, as: String.self), try $0.decode(1, as: Int.self)) }
        )
    }

    /// Up to where, in the publisher's log, nothing is missing; types that were never looked at are not there.
    public static func progress(of source: String, in session: PostgresSession) throws -> [String: GlobalPosition] {
        let rows = try session.query(
            "SELECT type, transaction_id, position FROM subscription_progress WHERE source = \(source)"
        )
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                (try row.decode(0, as: String.self), try GlobalPosition(transaction: 1, sequence: 2, of: row))
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
