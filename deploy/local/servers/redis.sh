# shellcheck shell=bash
# Redis, run by `server`.

run_redis() {
    command -v redis-server >/dev/null || fail "Redis is missing: run deploy/local/setup"
    local durability=yes
    $TEST && durability=no
    # A file and not arguments, because arguments show in the process list.
    write_file redis.conf \
        "bind 127.0.0.1" \
        "port $PORT" \
        "dir \"$DATA\"" \
        "appendonly $durability" \
        'save ""' \
        "${REDIS_PASSWORD:+requirepass \"$REDIS_PASSWORD\"}"
    supervise redis TERM redis-server "$DATA/redis.conf"
}

# Asking for the password is an answer too.
redis_is_ready() {
    [[ $(redis-cli -h 127.0.0.1 -p "$PORT" ping 2>/dev/null) =~ ^(PONG|NOAUTH) ]]
}
