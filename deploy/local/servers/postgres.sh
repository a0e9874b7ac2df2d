# shellcheck shell=bash
# Postgres, run by `server`.

POSTGRES_BIN=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)

run_postgres() {
    [[ -n $POSTGRES_BIN ]] || fail "Postgres is missing: run deploy/local/setup"
    [[ -f $DATA/cluster/PG_VERSION ]] || create_cluster
    # The lock says that no earlier postmaster lives. Its pid may since belong to another process, which Postgres
    # would take for a running server.
    rm -f "$DATA/cluster/postmaster.pid"

    local settings=(
        -c listen_addresses=127.0.0.1
        -c unix_socket_directories=
        -c max_connections=200
        -c shared_buffers=128MB
        -c max_wal_size=2GB
        # An error's DETAIL quotes rows: the log would hold e-mail addresses that nobody can erase.
        -c log_error_verbosity=terse
    )
    if $TEST; then
        settings+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400)
    fi
    # SIGINT is Postgres' fast stop; SIGTERM would wait for every client to leave.
    supervise postgres INT "$POSTGRES_BIN/postgres" -D "$DATA/cluster" -p "$PORT" "${settings[@]}"
}

# Built beside its final place, so that a broken-off start leaves no half cluster behind.
create_cluster() {
    local authentication=scram-sha-256 flags=() status=0
    if $TRUST; then
        authentication=trust
    else
        [[ -n ${POSTGRES_PASSWORD:-} ]] || fail "set POSTGRES_PASSWORD, or say --trust"
        write_file password "$POSTGRES_PASSWORD"
        flags+=(--pwfile "$DATA/password")
    fi
    $TEST && flags+=(--no-sync)
    rm -rf "$DATA/cluster" "$DATA/cluster.new"
    "${AS_SERVER_USER[@]}" "$POSTGRES_BIN/initdb" --pgdata "$DATA/cluster.new" --encoding UTF8 --locale C.UTF-8 \
        --username "${POSTGRES_USER:-postgres}" --auth "$authentication" --no-instructions "${flags[@]}" \
        >"$DATA/initdb.log" 2>&1 || status=$?
    rm -f "$DATA/password"
    ((status == 0)) || fail "initdb failed: $(tail -n 3 "$DATA/initdb.log")"
    mv "$DATA/cluster.new" "$DATA/cluster"
}

postgres_is_ready() {
    "$POSTGRES_BIN/pg_isready" --quiet --host 127.0.0.1 --port "$PORT"
}
