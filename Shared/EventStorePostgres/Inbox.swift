public import EventSourcing
internal import Foundation
public import Postgres

/// What a service has received: the memory that makes a second delivery harmless.
public enum Inbox {
    /// Notes received events, in the transaction of their effects.
    ///
    /// One INSERT that succeeds or meets the key; never a SELECT first.
    ///
    /// - Returns: Those that were not known yet, in order. Only they may have an effect.
    public static func admit(_ events: [IntegrationEvent], in session: PostgresSession) throws -> [IntegrationEvent] {
        let ids = events.map(\.id)
        let sources = events.map(\.source)
        let rows = try session.query(
            """
            INSERT INTO inbox (event_id, source) SELECT * FROM unnest(\(ids), \(sources)::text[])
            ON CONFLICT DO NOTHING RETURNING event_id
            """
        )
        var new = Set(try rows.map { try $0.decode(0, as: UUID.self) })
        // An event that stands twice in the list counts once.
        return events.filter { new.remove($0.id) != nil }
    }

    /// Notes how far each type of event of each publisher was heard, in the transaction of the effects.
    ///
    /// By type, because bindings are by type: when one of them is lost for a while, the gap begins at the last event of that
    /// type, however much was heard of the others.
    public static func advance(over events: [IntegrationEvent], in session: PostgresSession) {
        var furthest: [Channel: GlobalPosition] = [:]
        for event in events {
            let channel = Channel(source: event.source, type: event.type)
            furthest[channel] = max(furthest[channel] ?? .start, event.position)
        }
        // Sorted, so that two instances lock the rows in the same order.
        for (channel, position) in furthest.sorted(by: { ($0.key.source, $0.key.type) < ($1.key.source, $1.key.type) })
        {
            session.enqueue(
                """
                INSERT INTO subscription_progress (source, type, transaction_id, position)
                VALUES (\(channel.source), \(channel.type), \(position.transactionText)::xid8, \(position.sequence))
                ON CONFLICT (source, type) DO UPDATE
                SET transaction_id = excluded.transaction_id, position = excluded.position
                WHERE (subscription_progress.transaction_id, subscription_progress.position)
                    < (excluded.transaction_id, excluded.position)
                """
            )
        }
    }

    /// How far each type of event of a publisher was heard.
    public static func progress(of source: String, in session: PostgresSession) throws -> [String: GlobalPosition] {
        let rows = try session.query(
            "SELECT type, transaction_id, position FROM subscription_progress WHERE source = \(source)"
        )
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                (
                    try row.decode(0, as: String.self),
                    try GlobalPosition(transaction: 1, sequence: 2, of: row)
                )
            }
        )
    }

    private struct Channel: Hashable {
        let source: String
        let type: String
    }
}
