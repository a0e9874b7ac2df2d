-- What one command of AppendCommand sends to the database, statement by statement, for pgbench.
\set n random(1, 4000000000000000)
BEGIN;
SELECT pg_advisory_xact_lock_shared(hashtextextended('projections of ' || current_schema(), 0));
SELECT position, transaction_id, stream_category, stream_id, stream_version, id, type, schema_version, data, correlation_id, causation_id, actor, traceparent, recorded_at FROM events WHERE stream_category = 'jar' AND stream_id = ('10000000-0000-7000-8' || lpad(to_hex((:n / 1000000000000)::bigint), 3, '0') || '-' || lpad(((:n)::bigint % 1000000000000)::text, 12, '0'))::uuid AND stream_version > 0 ORDER BY stream_version;
SELECT append_events('jar', ('10000000-0000-7000-8' || lpad(to_hex((:n / 1000000000000)::bigint), 3, '0') || '-' || lpad(((:n)::bigint % 1000000000000)::text, 12, '0'))::uuid, 0, ARRAY[gen_random_uuid()], ARRAY['jar.marbles_added'], ARRAY[1], ARRAY['{"count":1}'::jsonb], ARRAY['sample'], ARRAY[NULL::uuid], ARRAY[NULL::uuid], ARRAY[NULL::text], ARRAY[now()]);
INSERT INTO jar_contents AS jar (id, marbles) VALUES (('10000000-0000-7000-8' || lpad(to_hex((:n / 1000000000000)::bigint), 3, '0') || '-' || lpad(((:n)::bigint % 1000000000000)::text, 12, '0'))::uuid, 1) ON CONFLICT (id) DO UPDATE SET marbles = jar.marbles + excluded.marbles;
INSERT INTO jar_changes (jar, version, change, changed_at) VALUES (('10000000-0000-7000-8' || lpad(to_hex((:n / 1000000000000)::bigint), 3, '0') || '-' || lpad(((:n)::bigint % 1000000000000)::text, 12, '0'))::uuid, 1, 1, now());
SELECT pg_current_xact_id_if_assigned();
COMMIT;
