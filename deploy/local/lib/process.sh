# shellcheck shell=bash
# One server process: its user, its folder, its life. Sourced by `server`, which sets DATA.

# Postgres and RabbitMQ refuse or dislike root. A folder that already belongs to somebody is served by its owner,
# so that root and an ordinary user can take turns on the same data.
# Sets AS_SERVER_USER, the words to put before a command: a bare command, unlike a function, keeps its process id
# when it is started in the background.
choose_user() {
    local package_user=$1
    SERVER_USER=$(id -un)
    AS_SERVER_USER=(env HOME="$DATA")
    ((EUID == 0)) || return 0
    [[ -d $DATA ]] && SERVER_USER=$(stat -c %U "$DATA")
    [[ $SERVER_USER != root ]] || SERVER_USER=$package_user
    id -u "$SERVER_USER" >/dev/null 2>&1 || fail "user $SERVER_USER is missing: run deploy/local/setup"
    AS_SERVER_USER=(
        setpriv --reuid "$SERVER_USER" --regid "$(id -gn "$SERVER_USER")" --init-groups
        env HOME="$DATA" USER="$SERVER_USER" LOGNAME="$SERVER_USER"
    )
}

own_data_folder() {
    mkdir -p "$DATA"
    ((EUID != 0)) || chown "$SERVER_USER:" "$DATA"
    "${AS_SERVER_USER[@]}" test -w "$DATA" -a -x "$DATA" ||
        fail "user $SERVER_USER cannot write to $DATA: choose a folder it can reach, or remove what another user left there"
    cd "$DATA"
}

# The server and all its children inherit the lock, so holding it means that nobody of an earlier life is left
# (after kill -9 of a postmaster its backends need a moment) and that stale pid files may be ignored.
lock_data_folder() {
    "${AS_SERVER_USER[@]}" touch "$DATA/lock"
    exec 9<"$DATA/lock"
    flock --wait 15 9 || fail "another server is running in $DATA"
}

# write_file NAME LINE…: whole or not at all, and readable by the server's user alone: some files hold passwords.
write_file() {
    local name=$1
    shift
    (umask 077 && printf '%s\n' "$@" >"$DATA/$name.new")
    ((EUID != 0)) || chown "$SERVER_USER:" "$DATA/$name.new"
    mv "$DATA/$name.new" "$DATA/$name"
}

# Runs the server as a child, writes its pid file and stops it with the given signal when this script is told to stop.
# The kernel sends the same signal should this script itself be killed: no server outlives its script.
supervise() {
    local name=$1 signal=$2 status=0
    shift 2
    "${AS_SERVER_USER[@]}" setpriv --pdeathsig "$signal" "$@" &
    SERVER_PID=$!
    trap 'kill -s '"$signal"' "$SERVER_PID" 2>/dev/null || true' TERM INT HUP
    write_file "$name.pid" "$SERVER_PID"
    # A trapped signal ends `wait` early; only the last answer is the server's.
    while kill -0 "$SERVER_PID" 2>/dev/null; do
        status=0
        wait "$SERVER_PID" || status=$?
    done
    rm -f "$DATA/$name.pid"
    return "$status"
}
