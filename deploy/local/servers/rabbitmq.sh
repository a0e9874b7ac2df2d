# shellcheck shell=bash
# RabbitMQ with its management interface, run by `server`.

# Debian's wrapper in /usr/sbin insists on the system's broker user; the scripts behind it do not.
RABBITMQ_BIN=/usr/lib/rabbitmq/bin

run_rabbitmq() {
    [[ -x $RABBITMQ_BIN/rabbitmq-server ]] || fail "RabbitMQ is missing: run deploy/local/setup"
    [[ -n $MANAGEMENT_PORT ]] || fail "RabbitMQ needs --management-port"
    port_is_free "$MANAGEMENT_PORT" || fail "port $MANAGEMENT_PORT for RabbitMQ's management is taken by $(port_holder "$MANAGEMENT_PORT")"
    if $TEST; then
        export RABBITMQ_DEFAULT_USER=${RABBITMQ_DEFAULT_USER:-repitbot} RABBITMQ_DEFAULT_PASS=${RABBITMQ_DEFAULT_PASS:-repitbot}
    fi

    local ports
    mapfile -t ports < <(free_ports 2)
    write_rabbitmq_files "${ports[0]}" "${ports[1]}"
    rabbitmq_environment
    start_port_mapper "${ports[0]}"
    # +B i: a Ctrl-C in the terminal must not stop the broker before `supervise` does it properly.
    supervise rabbitmq TERM env RABBITMQ_ALLOW_INPUT=1 RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-noinput +B i -kernel inet_dist_use_interface {127,0,0,1}' \
        "$RABBITMQ_BIN/rabbitmq-server"
}

write_rabbitmq_files() {
    "${AS_SERVER_USER[@]}" mkdir -p "$DATA/mnesia" "$DATA/log"
    # Every broker has a port mapper of its own: several brokers of several users then know nothing of each other.
    write_file environment "ERL_EPMD_PORT=$1" "RABBITMQ_DIST_PORT=$2"
    write_file enabled_plugins "[rabbitmq_management]."
    write_file empty.conf ""
    write_file definitions.json "$("$DEPLOY/rabbitmq/definitions")"
    write_file rabbitmq.conf "$(cat "$DEPLOY/rabbitmq/rabbitmq.conf")" \
        "listeners.tcp.1 = 127.0.0.1:$PORT" \
        "management.tcp.ip = 127.0.0.1" \
        "management.tcp.port = $MANAGEMENT_PORT" \
        "load_definitions = $DATA/definitions.json" \
        "$($TEST && echo 'disk_free_limit.absolute = 50MB')"
}

# Nothing of /etc/rabbitmq and of the user's home directory may leak into a private broker.
rabbitmq_environment() {
    # shellcheck source=/dev/null
    source "$DATA/environment"
    export ERL_EPMD_PORT RABBITMQ_DIST_PORT
    export ERL_EPMD_ADDRESS=127.0.0.1
    export RABBITMQ_NODENAME=repitbot@localhost
    export RABBITMQ_MNESIA_BASE=$DATA/mnesia RABBITMQ_LOG_BASE=$DATA/log
    export RABBITMQ_CONFIG_FILE=$DATA/rabbitmq.conf RABBITMQ_CONF_ENV_FILE=$DATA/empty.conf
    export RABBITMQ_ADVANCED_CONFIG_FILE=$DATA/advanced.config
    export RABBITMQ_ENABLED_PLUGINS_FILE=$DATA/enabled_plugins
    export RABBITMQ_PID_FILE=$DATA/broker.pid
    export RABBITMQ_LOGS=-
}

# Started here and not by Erlang, whose mapper would stay behind as a daemon.
start_port_mapper() {
    "${AS_SERVER_USER[@]}" setpriv --pdeathsig TERM epmd -port "$1" -address 127.0.0.1 9<&- &
    wait_until 5 epmd_is_ready "$1" || fail "Erlang's port mapper did not start on port $1"
}

epmd_is_ready() { epmd -port "$1" -names >/dev/null 2>&1; }

# rabbitmqctl for the broker of a data folder: same cookie, same port mapper.
rabbitmq_control() {
    [[ -r $DATA/environment ]] || fail "no broker has run in $DATA"
    rabbitmq_environment
    "${AS_SERVER_USER[@]}" "$RABBITMQ_BIN/rabbitmqctl" "$@"
}

# The broker opens its AMQP port last, after plugins and definitions.
rabbitmq_is_ready() {
    (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null
}
