internal import Foundation
internal import Postgres

/// What became of the published events, as the database knows it.
struct Effects {
    let client: PostgresClient

    /// Waits until every event has had its effect.
    ///
    /// - Returns: How many seconds that took.
    /// - Throws: ``Lost`` when some have not had it in time.
    func awaitAll(upTo limit: Duration) async throws -> Double {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < limit {
            if try await self.missing() == 0 { return (ContinuousClock.now - start).seconds }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Lost()
    }

    /// Not all events have had their effect.
    struct Lost: Error {}

    /// Throughput between warm-up and the end of the load, latencies of the events committed in that time, and mistakes.
    func figures(warmUp: Int, seconds: Int) async throws -> [String: Double] {
        try await self.client.withSession { session in
            session.setStatementTimeout(.seconds(120))
            let row = try session.queryFirst(
                """
                WITH pairs AS (
                    SELECT pg_xact_commit_timestamp(e.xmin) AS committed, pg_xact_commit_timestamp(r.xmin) AS done
                    FROM jars.events e JOIN counter.received r ON r.event_id = e.id),
                measured AS (
                    SELECT max(committed) AS until, max(committed) - \(Double(seconds - warmUp)) * interval '1 s' AS since
                    FROM pairs),
                latencies AS (
                    SELECT 1000 * extract(epoch FROM done - committed)::float8 AS ms FROM pairs, measured
                    WHERE committed BETWEEN since AND until)
                SELECT
                    (SELECT count(*) FROM pairs, measured WHERE done BETWEEN since AND until)
                        / \(Double(seconds - warmUp)),
                    (SELECT percentile_cont(ARRAY[0.5, 0.99, 1]) WITHIN GROUP (ORDER BY ms) FROM latencies),
                    (SELECT count(*) - count(DISTINCT event_id) FROM counter.received)
                """
            )
            guard let row else { return [:] }
            let latencies = try row.decode(1, as: [Double].self)
            return [
                "per_second": try row.decode(0), "p50_ms": latencies[0], "p99_ms": latencies[1], "max_ms": latencies[2],
                "twice": Double(try row.decode(2, as: Int.self)),
            ]
        }
    }

    private func missing() async throws -> Int? {
        do {
            return try await self.client.withSession { session in
                try session.queryFirst(
                    "SELECT (SELECT count(*) FROM jars.events) - (SELECT count(*) FROM counter.received)"
                )?.decode(0)
            }
        } catch SQLState.undefinedTable {
            // The receiver has not made its tables yet.
            return nil
        }
    }
}
