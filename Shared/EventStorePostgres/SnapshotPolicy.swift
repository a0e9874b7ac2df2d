public import EventSourcing
internal import Foundation
internal import Postgres

/// When states of an aggregate are stored, and how they are read.
///
/// A snapshot is a cache of the log: it may be missing, old, unreadable or of another version, and then the log is read
/// instead.
public struct SnapshotPolicy<A: Aggregate>: Sendable {
    let load: @Sendable (StreamName, PostgresSession) throws -> Versioned<A>?
    let store: @Sendable (StreamName, StreamVersion, Versioned<A>, PostgresSession) throws -> Void
    let isNone: Bool

    /// No snapshots: histories are short.
    public static var none: SnapshotPolicy {
        SnapshotPolicy(load: { _, _ in nil }, store: { _, _, _, _ in }, isNone: true)
    }
}

extension SnapshotPolicy where A: Snapshotting {
    /// A snapshot whenever another `count` events have been recorded.
    public static func every(_ count: Int64) -> SnapshotPolicy {
        SnapshotPolicy(
            load: { stream, session in
                guard
                    let row = try session.queryFirst(
                        """
                        SELECT stream_version, state FROM snapshots
                        WHERE stream_category = \(stream.category) AND stream_id = \(stream.id)
                          AND snapshot_version = \(A.snapshotVersion)
                        """
                    )
                else { return nil }
                let version = StreamVersion(rawValue: try row.decode(0))
                let state = try row.decode(1, as: PostgresJSON.self)
                do {
                    return Versioned(try JSONDecoder.wire().decode(A.self, from: Data(state.bytes)), at: version)
                } catch is DecodingError {
                    // Somebody changed the form and forgot to count its version up; the log is still right.
                    return nil
                }
            },
            store: { stream, before, after, session in
                guard before.rawValue / count != after.version.rawValue / count else { return }
                let state = PostgresJSON([UInt8](try JSONEncoder.wire().encode(after.state)))
                session.enqueue(
                    """
                    INSERT INTO snapshots (stream_category, stream_id, snapshot_version, stream_version, state)
                    VALUES (\(stream.category), \(stream.id), \(A.snapshotVersion), \(after.version.rawValue), \(state))
                    ON CONFLICT (stream_category, stream_id) DO UPDATE
                    SET snapshot_version = excluded.snapshot_version, stream_version = excluded.stream_version,
                        state = excluded.state
                    WHERE snapshots.stream_version < excluded.stream_version
                       OR snapshots.snapshot_version < excluded.snapshot_version
                    """
                )
            },
            isNone: false
        )
    }
}
