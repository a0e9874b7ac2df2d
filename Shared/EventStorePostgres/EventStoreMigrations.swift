public import Postgres

/// The tables that every service has in its own schema, whatever it does.
///
/// Numbers 1 to 99 belong to the foundation, those from 100 to the service. Append only.
public enum EventStoreMigrations {
    /// All of them, in order.
    public static let all: [Migration] = [
        Migration(1, "event log", Self.eventLog),
        Migration(2, "append function", Self.appendFunction),
        Migration(3, "snapshots", Self.snapshots),
        Migration(4, "relay", Self.relay),
        Migration(5, "inbox", Self.inbox),
        Migration(6, "dead letters", Self.deadLetters),
        Migration(7, "personal keys", Self.personalKeys),
    ]

    /// The log itself.
    ///
    /// It grows and never changes: a trigger refuses everything but INSERT, even for the owner.
    private static let eventLog = """
        CREATE TABLE events (
            position        bigint      GENERATED ALWAYS AS IDENTITY,
            transaction_id  xid8        NOT NULL DEFAULT pg_current_xact_id(),
            id              uuid        NOT NULL UNIQUE,
            stream_category text        NOT NULL,
            stream_id       uuid        NOT NULL,
            stream_version  bigint      NOT NULL CHECK (stream_version > 0),
            type            text        NOT NULL,
            schema_version  integer     NOT NULL CHECK (schema_version > 0),
            data            jsonb       NOT NULL,
            correlation_id  text        NOT NULL,
            causation_id    uuid,
            actor           uuid,
            traceparent     text,
            recorded_at     timestamptz NOT NULL,
            PRIMARY KEY (transaction_id, position),
            UNIQUE (stream_category, stream_id, stream_version)
        );
        CREATE INDEX ON events (correlation_id);

        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
        BEGIN
            RAISE EXCEPTION 'the event log is append-only' USING ERRCODE = 'restrict_violation';
        END $body$;
        CREATE TRIGGER events_are_facts BEFORE UPDATE OR DELETE OR TRUNCATE ON events
            EXECUTE FUNCTION refuse_change();
        """

    /// Appends to one stream, or fails with SQLSTATE 40001, on which a caller reads and decides again.
    ///
    /// The advisory lock makes writers of one stream wait for each other, so that the version they see is the last one. It
    /// takes no transaction id and so does not hold back the readers of the log.
    ///
    /// The second check keeps each stream in order for those readers, who go by (transaction_id, position): a transaction
    /// that drew its id *before* the writer of the stream's last event, but comes here after it, would sort in front of it.
    private static let appendFunction = """
        CREATE FUNCTION append_events(
            category text, stream uuid, expected_version bigint,
            ids uuid[], types text[], schema_versions integer[], payloads jsonb[],
            correlations text[], causations uuid[], actors uuid[], traces text[], times timestamptz[]
        ) RETURNS bigint LANGUAGE plpgsql AS $body$
        DECLARE
            last_version bigint;
            last_transaction xid8;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended(concat(current_schema(), '/', category, '/', stream), 0));
            SELECT stream_version, transaction_id INTO last_version, last_transaction FROM events
            WHERE stream_category = category AND stream_id = stream ORDER BY stream_version DESC LIMIT 1;
            last_version := coalesce(last_version, 0);
            IF expected_version <> last_version THEN
                RAISE EXCEPTION 'the stream has moved on'
                    USING ERRCODE = 'serialization_failure', CONSTRAINT = 'expected_stream_version';
            END IF;
            IF last_transaction > pg_current_xact_id() THEN
                RAISE EXCEPTION 'a younger transaction was here first'
                    USING ERRCODE = 'serialization_failure', CONSTRAINT = 'stream_transaction_order';
            END IF;
            INSERT INTO events (id, stream_category, stream_id, stream_version, type, schema_version, data,
                                correlation_id, causation_id, actor, traceparent, recorded_at)
            SELECT new.id, category, stream, last_version + new.ordinal, new.type, new.schema_version, new.data,
                   new.correlation_id, new.causation_id, new.actor, new.traceparent, new.recorded_at
            FROM unnest(ids, types, schema_versions, payloads, correlations, causations, actors, traces, times)
                 WITH ORDINALITY AS new (id, type, schema_version, data, correlation_id, causation_id, actor,
                                         traceparent, recorded_at, ordinal)
            ORDER BY new.ordinal;
            RETURN last_version + cardinality(ids);
        END $body$;
        """

    private static let snapshots = """
        CREATE TABLE snapshots (
            stream_category  text   NOT NULL,
            stream_id        uuid   NOT NULL,
            snapshot_version integer NOT NULL,
            stream_version   bigint NOT NULL,
            state            jsonb  NOT NULL,
            PRIMARY KEY (stream_category, stream_id)
        );
        """

    /// How far the log was published, and by whom: `fence` rises with every change of leader.
    private static let relay = """
        CREATE TABLE relay (
            name           text        PRIMARY KEY,
            transaction_id xid8        NOT NULL DEFAULT '0',
            position       bigint      NOT NULL DEFAULT 0,
            leader         text        NOT NULL DEFAULT '',
            fence          bigint      NOT NULL DEFAULT 0,
            lease_until    timestamptz NOT NULL DEFAULT '-infinity'
        );
        """

    /// What was received, and up to where nothing is missing.
    ///
    /// Rows of the inbox are kept for ever: a repetition is recognised however late it comes. Their places are kept too, so
    /// that they can be counted against the publisher's log; by type, because bindings are by type and can be lost one by
    /// one. `subscription_progress` says up to where that was found complete.
    private static let inbox = """
        CREATE TABLE inbox (
            event_id       uuid   PRIMARY KEY,
            source         text   NOT NULL,
            type           text   NOT NULL,
            transaction_id xid8   NOT NULL,
            position       bigint NOT NULL
        );
        CREATE INDEX ON inbox (source, type, transaction_id, position);
        CREATE TABLE subscription_progress (
            source         text   NOT NULL,
            type           text   NOT NULL,
            transaction_id xid8   NOT NULL,
            position       bigint NOT NULL,
            PRIMARY KEY (source, type)
        );
        """

    /// Events that could not be handled; their identities stand in the inbox as well, so a repetition does not handle them
    /// behind the back of whoever is deciding about them.
    private static let deadLetters = """
        CREATE TABLE dead_letters (
            id             uuid        PRIMARY KEY,
            type           text        NOT NULL,
            source         text        NOT NULL,
            correlation_id text        NOT NULL,
            headers        jsonb       NOT NULL,
            body           bytea       NOT NULL,
            reason         text        NOT NULL,
            received_at    timestamptz NOT NULL,
            status         text        NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'replayed', 'discarded')),
            note           text,
            resolved_at    timestamptz
        );
        CREATE INDEX ON dead_letters (received_at) WHERE status = 'open';
        """

    /// One key per person, wrapped by a key from the environment.
    ///
    /// Deleting a row erases the person.
    private static let personalKeys = """
        CREATE TABLE personal_keys (
            subject     uuid        PRIMARY KEY,
            wrapped_key bytea       NOT NULL,
            wrapped_by  text        NOT NULL,
            created_at  timestamptz NOT NULL
        );
        """
}
