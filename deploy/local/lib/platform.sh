# shellcheck shell=bash
# The platform on this machine: its processes, ports, folder and secrets. Sourced; needs HERE and common.sh.

# shellcheck source=deploy/local/lib/secrets.sh
source "$HERE/lib/secrets.sh"

ROOT=$(cd "$HERE/../.." && pwd)
RUN=${REPITBOT_DATA:-$ROOT/.local/run}

# programs KIND…: the names of the processes of these kinds, in the order of starting.
programs() {
    local kind
    for kind in "$@"; do
        awk -v kind="$kind" '!/^#/ && $2 == kind { print $1 }' "$HERE/processes"
    done
}

kind_of() { awk -v program="$1" '!/^#/ && $1 == program { print $2; exit }' "$HERE/processes"; }
port_variable_of() { awk -v program="$1" '!/^#/ && $1 == program { print $3; exit }' "$HERE/processes"; }
port_of() {
    local variable
    variable=$(port_variable_of "$1")
    say "${!variable}"
}

# student-service-2 → student-service → student_service → STUDENT_SERVICE
product_of() { sed -E 's/-[0-9]+$//' <<<"$1"; }
schema_of() { product_of "$1" | tr - _; }
prefix_of() { schema_of "$1" | tr '[:lower:]' '[:upper:]'; }

# name_of SERVICE: what it is called in the list of processes; `lesson` is short for `lesson-service`.
name_of() { if [[ -z $(kind_of "$1") && -n $(kind_of "$1-service") ]]; then say "$1-service"; else say "$1"; fi; }

# Gives every port variable that the environment does not set its default.
set_ports() {
    local variable default
    while read -r _ _ variable default; do
        export "$variable=${!variable:-$default}"
    done < <(grep -v '^#' "$HERE/processes")
}

# Names all taken ports at once, so that one look at the message is enough. Nothing is started before this passes.
check_ports() {
    local program variable holder mistakes=() seen=' '
    while read -r program _ variable _; do
        if [[ ! ${!variable} =~ ^[0-9]{1,5}$ ]]; then
            mistakes+=("$variable=${!variable} ($program): is not a port")
        elif [[ $seen == *" ${!variable} "* ]]; then
            mistakes+=("$variable=${!variable} ($program): another process of the platform has this port")
        elif ! port_is_free "${!variable}"; then
            holder=$(port_holder "${!variable}")
            mistakes+=("$variable=${!variable} ($program): taken by ${holder:-a process of another user}")
        fi
        seen+="${!variable} "
    done < <(grep -v '^#' "$HERE/processes")
    ((${#mistakes[@]} == 0)) && return
    warn "These ports cannot be used; choose others, for instance: ${mistakes[0]%%=*}=$(free_ports 1) make run"
    printf '  %s\n' "${mistakes[@]}" >&2
    exit 1
}

# Root runs Postgres and RabbitMQ as other users, who usually cannot see into root's home directory. The data then
# lives where they can, and the usual place points there.
make_folder() {
    # The supervisor's socket lives in it; the system allows such names 107 bytes.
    ((${#RUN} <= 90)) || fail "$RUN is too long a path for a socket: name another folder in REPITBOT_DATA"
    mkdir -p "$(dirname "$RUN")"
    if ((EUID == 0)) && [[ ! -e $RUN ]] && ! setpriv --reuid nobody --clear-groups test -x "$(dirname "$RUN")"; then
        local elsewhere
        elsewhere=/var/lib/repitbot-$(cksum <<<"$RUN" | cut -d ' ' -f 1)
        mkdir -p "$elsewhere"
        ln -sfn "$elsewhere" "$RUN"
    fi
    # One user's secrets and logs; taking turns with root would leave files that the other cannot write.
    [[ ! -e $RUN || -O $RUN/ ]] || fail "$RUN belongs to $(stat -c %U "$RUN/"): run as that user, or let that user say make clean"
    mkdir -p "$RUN/logs"
    # Addresses of clients stand in them.
    chmod 700 "$RUN/logs"
}

# Generated once and kept: the database remembers its passwords, the events their keys. A later version of the
# platform adds what it needs more.
make_secrets() {
    local program
    (umask 077 && touch "$RUN/secrets.env")
    add_secret POSTGRES_PASSWORD hexadecimal
    for program in $(programs service); do
        add_secret "$(prefix_of "$program")_DB_PASSWORD" hexadecimal
        add_secret "$(prefix_of "$program")_RABBITMQ_PASSWORD" hexadecimal
    done
    add_secret RABBITMQ_DEFAULT_PASS hexadecimal
    add_secret REDIS_PASSWORD hexadecimal
    add_secret JWT_SECRET_KEY key
    add_secret PERSONAL_DATA_KEY key
    add_secret INTERNAL_SERVICE_KEY hexadecimal
    add_secret ADMIN_PASSWORD hexadecimal
    add_secret DEMO_PASSWORD words
}

add_secret() {
    grep -q "^$1=" "$RUN/secrets.env" || say "$1=$("$2")" >>"$RUN/secrets.env"
}

# The gateway speaks TLS if it was given a certificate.
url_of() {
    local scheme=http
    [[ $1 != api-gateway || -z ${TLS_CERTIFICATE:-} ]] || scheme=https
    say "$scheme://127.0.0.1:$(port_of "$1")"
}
