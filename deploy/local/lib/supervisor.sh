# shellcheck shell=bash
# supervisord keeps the processes of `make run`: it restarts what crashes and keeps a log of each. Sourced.

CONFIGURATION=$RUN/supervisord.conf

supervisor() { supervisorctl --configuration "$CONFIGURATION" "$@"; }

# The lock is supervisord's too, so a second start is refused even while a killed first one still stops its servers.
take_lock() {
    exec 8>"$RUN/lock"
    flock --nonblock 8 || fail "the platform is already running (make status), or still stopping"
}

# name_in_group PROGRAM: what supervisorctl calls it.
name_in_group() {
    if [[ $(kind_of "$1") == service ]]; then say "services:$1"; else say "$1"; fi
}

supervisor_is_running() { [[ -f $CONFIGURATION ]] && supervisor pid >/dev/null 2>&1; }

start_supervisor() {
    write_configuration
    export_ports_of_run
    # A session of its own: Ctrl-C in the terminal reaches this script only, which then stops things in order.
    setpriv --pdeathsig TERM setsid supervisord --nodaemon --configuration "$CONFIGURATION" </dev/null >/dev/null 2>&1 &
    SUPERVISOR_PID=$!
    wait_until 10 supervisor_is_running || fail "supervisord did not start; see $RUN/logs/supervisord.log"
}

start_services() {
    local name starting=()
    for name in 'services:*' $(programs gateway); do
        supervisor start "$name" >/dev/null &
        starting+=($!)
    done
    # What does not start is named by whoever waits for it.
    wait "${starting[@]}" || true
}

# Ports of the running platform, for `make status` in a terminal that does not have them in its environment.
export_ports_of_run() {
    local variable
    for variable in $(awk '!/^#/ { print $3 }' "$HERE/processes"); do
        say "$variable=${!variable}"
    done >"$RUN/ports.env"
}

set_ports_of_run() {
    set -a
    # shellcheck source=/dev/null
    source "$RUN/ports.env"
    set +a
}

# Servers start at once; services when the database has been prepared. Stopping goes by falling priority.
write_configuration() {
    local program priority=10
    {
        cat <<EOT
[supervisord]
logfile=$RUN/logs/supervisord.log
pidfile=$RUN/supervisord.pid
childlogdir=$RUN/logs
[unix_http_server]
file=$RUN/supervisor.sock
chmod=0700
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://$RUN/supervisor.sock
EOT
        for program in $(programs server service gateway); do
            write_program "$program" $((priority++))
        done
        # As a group they are started and stopped together instead of one after the other.
        printf '[group:services]\nprograms=%s\npriority=100\n' "$(programs service | paste -sd ,)"
    } >"$CONFIGURATION"
}

# A process that ends within its first second has a mistake in its configuration: after three tries it is left alone,
# and its log says why.
write_program() {
    local autostart=false priority=$2
    [[ $(kind_of "$1") != server ]] || autostart=true
    [[ $(kind_of "$1") != gateway ]] || priority=200
    cat <<EOT
[program:$1]
command="$HERE/launch" $1
priority=$priority
autostart=$autostart
autorestart=true
startsecs=1
startretries=3
stopwaitsecs=30
redirect_stderr=true
stdout_logfile=$RUN/logs/$1.log
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=2
EOT
}

# Stops what `run` started, however it ends.
stop() {
    local status=$?
    trap '' INT TERM HUP
    trap - EXIT
    if kill -0 "$SUPERVISOR_PID" 2>/dev/null; then
        say "Stopping the platform… Останавливаю платформу…"
        kill -TERM "$SUPERVISOR_PID"
        wait "$SUPERVISOR_PID" || true
    fi
    exit "$status"
}

shut_down() {
    local pid
    pid=$(supervisor pid)
    supervisor shutdown >/dev/null
    wait_until 90 process_is_gone "$pid" || fail "the supervisor (process $pid) does not stop"
}

process_is_gone() { ! kill -0 "$1" 2>/dev/null; }
