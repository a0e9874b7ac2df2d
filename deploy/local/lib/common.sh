# shellcheck shell=bash
# What every script of this folder shares: speaking, failing, ports. Sourced, never run.

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
fail() {
    warn "${0##*/}: $*"
    exit 1
}

# Perl's base package is part of every Debian system, so ports need no further tool.
# Binding is the only honest test: it also sees sockets of other users and network namespaces' neighbours.
port_is_free() {
    perl -MIO::Socket::INET -e \
        'exit !IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ARGV[0], Proto => "tcp", Listen => 1,
             ReuseAddr => 1)' "$1" 2>/dev/null
}

# Prints as many different free ports as asked for. All are held open until the last one is chosen.
free_ports() {
    perl -MIO::Socket::INET -e \
        'my @held = map { IO::Socket::INET->new(LocalAddr => "127.0.0.1", Proto => "tcp", Listen => 1) or die } 1 .. $ARGV[0];
         print $_->sockport, "\n" for @held' "$1"
}

# "1234 (nginx)" for the process that listens on a port, or nothing when it may not be seen.
port_holder() {
    command -v ss >/dev/null || return 0
    ss -Hltnp "sport = :$1" 2>/dev/null | sed -nE 's/.*users:\(\("([^"]+)",pid=([0-9]+).*/\2 (\1)/p' | head -n 1
}

# Runs a check until it succeeds: wait_until SECONDS COMMAND…
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.1
    done
}
