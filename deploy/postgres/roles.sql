-- The database's roles and schemas, for psql. May run at every start: it brings an existing database up to date,
-- passwords included.
--
-- Each service has a schema and two roles. It logs in as <service>, which may read and write rows in its own schema
-- and nothing else. <service>_owner owns the schema and cannot log in; the service takes that role for the length of
-- a migration only (SET LOCAL ROLE), so ordinary work has no right to change a table's shape.

\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;

-- The services are those whose passwords are in the environment: LESSON_SERVICE_DB_PASSWORD is the one of lesson_service.
\set passwords `env | grep _SERVICE_DB_PASSWORD=`

BEGIN;

-- Exclusion constraints over scalars and ranges together; owners of schemas may not create extensions.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE FUNCTION pg_temp.add_service(service text, password text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    owner text := service || '_owner';
BEGIN
    IF coalesce(password, '') = '' THEN
        RAISE EXCEPTION 'the password of % is missing', service;
    END IF;
    IF to_regrole(owner) IS NULL THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', owner);
    END IF;
    IF to_regrole(service) IS NULL THEN
        EXECUTE format('CREATE ROLE %I', service);
    END IF;
    -- NOINHERIT: the owner's rights come with SET ROLE only.
    EXECUTE format('ALTER ROLE %I LOGIN NOINHERIT PASSWORD %L', service, password);
    EXECUTE format('GRANT %I TO %I', owner, service);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), service);
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = %I', service, current_database(), service);

    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', service, owner);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', service, service);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I'
                   ' GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I', owner, service, service);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I'
                   ' GRANT USAGE, SELECT ON SEQUENCES TO %I', owner, service, service);
    -- Where read models are built again before they take the place of the live ones.
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION %I', service || '_rebuild', owner);
END
$$;

-- By default everybody may connect and create temporary tables.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
REVOKE ALL ON SCHEMA public FROM PUBLIC;

\o /dev/null
SELECT pg_temp.add_service(lower(line[1]), line[2])
FROM regexp_matches(:'passwords', '^([A-Z0-9_]+_SERVICE)_DB_PASSWORD=(.*)$', 'gn') AS line;
\o

COMMIT;
